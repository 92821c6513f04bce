// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.tool;

import ij.IJ;
import ij.Prefs;
import ij.gui.GenericDialog;
import ij.plugin.DragAndDrop;
import ij.plugin.frame.Recorder;
import java.awt.Button;
import java.awt.Checkbox;
import java.awt.Choice;
import java.awt.Component;
import java.awt.Container;
import java.awt.EventQueue;
import java.awt.Frame;
import java.awt.Rectangle;
import java.awt.Robot;
import java.awt.TextField;
import java.awt.Window;
import java.awt.event.ActionEvent;
import java.awt.event.ItemEvent;
import java.awt.event.ItemListener;
import java.awt.event.KeyEvent;
import java.awt.event.TextEvent;
import java.io.File;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** Does in a macro of the tests what a user does with a command's dialog; the macro calls its static methods by call(). */
public final class DialogDriver {
    private static final int LIMIT_MS = 60_000;

    private DialogDriver() {
    }

    /**
     * Opens a command's dialog, fills fields, takes a picture, presses OK, and waits for the command's end.
     *
     * @param fields 'index=value' separated by '|': the index counts text fields, choices and checkboxes from top to bottom
     * @param picture a PNG of the screen with the dialog open, cut to the windows on it; empty = none
     * @return what ImageJ's recorder wrote
     */
    public static String record(String command, String fields, String picture) throws Exception {
        Recorder recorder = Recorder.getInstance() != null ? Recorder.getInstance() : new Recorder(false);
        int before = recorder.getText().length();
        System.setProperty("vitromap.driven", "true"); // a modal window is no error now
        IJ.doCommand(command);
        GenericDialog dialog = await();
        try {
            EventQueue.invokeAndWait(() -> fill(dialog, fields));
            if (!picture.isEmpty()) {
                IJ.wait(1000);
                picture(picture);
            }
        } finally {
            EventQueue.invokeLater(() -> press(dialog, "OK"));
        }
        String text = ended(recorder, before);
        System.setProperty("vitromap.driven", "false");
        return text;
    }

    /**
     * What happens to a file that is dropped on ImageJ's window.
     *
     * @param fields as above, for the dialog that comes; 'none' = no dialog comes
     * @return the title of the image that it made, or nothing
     */
    public static String drop(String path, String fields, String picture) throws Exception {
        System.setProperty("vitromap.driven", "true");
        int before = ij.WindowManager.getImageCount();
        Constructor<?> handler = IJ.getClassLoader().loadClass("vitromap.ui.FileHandler").getDeclaredConstructor();
        handler.setAccessible(true);
        DragAndDrop target = (DragAndDrop) handler.newInstance();
        Thread thread = new Thread(() -> target.openFile(new File(path)), "Drop");
        thread.start();
        if (!fields.equals("none")) {
            GenericDialog dialog = await();
            EventQueue.invokeAndWait(() -> fill(dialog, fields));
            if (!picture.isEmpty()) {
                IJ.wait(1000);
                picture(picture);
            }
            EventQueue.invokeLater(() -> press(dialog, "OK"));
        }
        thread.join(LIMIT_MS);
        System.setProperty("vitromap.driven", "false");
        return ij.WindowManager.getImageCount() > before ? ij.WindowManager.getCurrentImage().getTitle() : "";
    }

    /** The same, but Cancel is pressed; returns how many windows are then open. */
    public static String cancel(String command) throws Exception {
        System.setProperty("vitromap.driven", "true");
        IJ.doCommand(command);
        GenericDialog dialog = await();
        EventQueue.invokeLater(() -> press(dialog, "Cancel"));
        for (int ms = 0; dialog.isShowing() && ms < LIMIT_MS; ms += 50) {
            IJ.wait(50);
        }
        IJ.wait(500);
        System.setProperty("vitromap.driven", "false");
        return "" + ij.WindowManager.getWindowCount();
    }

    /**
     * Starts a command, presses OK and, after a while, ESC.
     *
     * @return milliseconds from ESC to the end of the command's thread; -1 if it had ended before
     */
    public static String escape(String command, String fields, String afterMs) throws Exception {
        System.setProperty("vitromap.driven", "true");
        IJ.doCommand(command);
        GenericDialog dialog = await();
        EventQueue.invokeAndWait(() -> fill(dialog, fields));
        int threads = Prefs.getThreads();
        Prefs.setThreads(1); // so that it takes a while
        EventQueue.invokeLater(() -> press(dialog, "OK"));
        while (dialog.isShowing()) {
            IJ.wait(5);
        }
        IJ.wait(Integer.parseInt(afterMs));
        boolean late = !running(command);
        long start = System.nanoTime();
        IJ.setKeyDown(KeyEvent.VK_ESCAPE);
        while (running(command) && System.nanoTime() - start < LIMIT_MS * 1_000_000L) {
            IJ.wait(5);
        }
        Prefs.setThreads(threads);
        System.setProperty("vitromap.driven", "false");
        return late ? "-1" : "" + (System.nanoTime() - start) / 1_000_000;
    }

    private static boolean running(String command) {
        return Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.isAlive() && t.getName().endsWith(command));
    }

    static GenericDialog await() {
        for (int ms = 0; ms < LIMIT_MS; ms += 20) {
            for (Window window : Window.getWindows()) {
                if (window instanceof GenericDialog && window.isShowing()) {
                    return (GenericDialog) window;
                }
            }
            IJ.wait(20);
        }
        throw new IllegalStateException("no dialog came");
    }

    private static String ended(Recorder recorder, int before) {
        for (int ms = 0; ms < LIMIT_MS; ms += 50) {
            if (recorder.getText().length() > before) { // ImageJ writes the line when the command has ended
                IJ.wait(200);
                return recorder.getText().substring(before);
            }
            IJ.wait(50);
        }
        throw new IllegalStateException("the command did not end");
    }

    static void fill(GenericDialog dialog, String fields) {
        List<Component> all = new ArrayList<>();
        collect(dialog, all);
        for (String field : fields.isEmpty() ? new String[0] : fields.split("\\|")) {
            int equals = field.indexOf('=');
            set(dialog, all.get(Integer.parseInt(field.substring(0, equals))), field.substring(equals + 1));
        }
    }

    private static void collect(Container parent, List<Component> found) {
        for (Component c : parent.getComponents()) {
            if (c instanceof TextField || c instanceof Choice || c instanceof Checkbox) {
                found.add(c);
            } else if (c instanceof Container) {
                collect((Container) c, found);
            }
        }
    }

    private static void set(GenericDialog dialog, Component c, String value) {
        if (c instanceof TextField) {
            ((TextField) c).setText(value);
            dialog.textValueChanged(new TextEvent(c, TextEvent.TEXT_VALUE_CHANGED));
        } else if (c instanceof Choice) {
            ((Choice) c).select(value);
            ItemEvent event = new ItemEvent((Choice) c, ItemEvent.ITEM_STATE_CHANGED, value, ItemEvent.SELECTED);
            for (ItemListener listener : ((Choice) c).getItemListeners()) {
                listener.itemStateChanged(event);
            }
        } else {
            ((Checkbox) c).setState(Boolean.parseBoolean(value));
            dialog.itemStateChanged(new ItemEvent((Checkbox) c, ItemEvent.ITEM_STATE_CHANGED, value, ItemEvent.SELECTED));
        }
    }

    static void press(GenericDialog dialog, String label) {
        for (Button button : dialog.getButtons()) {
            if (button != null && button.getLabel().trim().equals(label)) {
                dialog.actionPerformed(new ActionEvent(button, ActionEvent.ACTION_PERFORMED, label));
                return;
            }
        }
        throw new IllegalStateException("no button " + label);
    }

    /** Puts a window at a place of the screen; size 0 = as it is. */
    public static String place(String title, String x, String y, String width, String height) throws Exception {
        for (Window window : Window.getWindows()) {
            if (window instanceof Frame && window.isShowing() && ((Frame) window).getTitle().equals(title)) {
                int w = Integer.parseInt(width);
                EventQueue.invokeAndWait(() -> window.setBounds(Integer.parseInt(x), Integer.parseInt(y), w > 0 ? w : window.getWidth(),
                        w > 0 ? Integer.parseInt(height) : window.getHeight()));
                return title;
            }
        }
        throw new IllegalStateException("no window '" + title + "'");
    }

    /** A PNG of all windows on the screen. */
    public static String picture(String path) throws Exception {
        EventQueue.invokeAndWait(() -> { });
        IJ.wait(300);
        Rectangle area = null;
        for (Window window : Window.getWindows()) {
            if (window.isShowing()) {
                area = area == null ? window.getBounds() : area.union(window.getBounds());
            }
        }
        if (area == null) {
            throw new IllegalStateException("no window on the screen");
        }
        area.grow(6, 6);
        Rectangle screen = new Rectangle(java.awt.Toolkit.getDefaultToolkit().getScreenSize());
        ImageIO.write(new Robot().createScreenCapture(area.intersection(screen)), "png", new File(path));
        return path;
    }
}
