// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.tool;

import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import ij.VirtualStack;
import ij.WindowManager;
import ij.gui.GenericDialog;
import ij.gui.ImageCanvas;
import ij.gui.OvalRoi;
import ij.gui.Roi;
import ij.gui.ShapeRoi;
import ij.process.ImageProcessor;
import java.awt.Button;
import java.awt.Choice;
import java.awt.Component;
import java.awt.Container;
import java.awt.EventQueue;
import java.awt.Point;
import java.awt.event.ActionEvent;
import java.awt.event.ActionListener;
import java.awt.event.InputEvent;
import java.awt.event.ItemEvent;
import java.awt.event.ItemListener;
import java.awt.event.KeyEvent;
import java.awt.event.MouseEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Does in a macro of the tests what a user does in the Explorer's windows; the macro calls its static methods by call(). */
public final class ExplorerDriver {
    private static final int LIMIT_MS = 60_000;
    private static final AtomicReference<Throwable> UNCAUGHT = new AtomicReference<>();
    private static volatile CountDownLatch file = new CountDownLatch(0);

    private ExplorerDriver() {
    }

    /** From now on exceptions that nobody catches are kept for {@link #quiet}. */
    public static String watch() {
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            e.printStackTrace();
            UNCAUGHT.compareAndSet(null, e);
        });
        return "";
    }

    /** What was thrown on the event thread or another and not caught; empty = nothing. */
    public static String quiet() throws Exception {
        EventQueue.invokeAndWait(() -> { });
        Throwable e = UNCAUGHT.get();
        String log = IJ.getLog();
        return e != null ? e.toString() : log != null && log.contains("Exception") ? log : "";
    }

    private static ImagePlus image(String title) {
        ImagePlus image = WindowManager.getImage(title);
        if (image == null || image.getWindow() == null) {
            throw new IllegalStateException("no window " + title);
        }
        return image;
    }

    /** Waits until the Explorers have answered all requests; returns what a window says. */
    public static String exact(String title) throws Exception {
        for (int ms = 0; ms < LIMIT_MS; ms += 20) {
            if (idle() && idle()) {
                EventQueue.invokeAndWait(() -> { });
                return image(title).getWindow().createSubtitle();
            }
        }
        throw new IllegalStateException(title + " does not get exact");
    }

    /** Whether the threads wait for a request, after the event thread had its turn. */
    private static boolean idle() throws Exception {
        EventQueue.invokeAndWait(() -> { });
        IJ.wait(10);
        return explorers().allMatch(t -> t.getState() == Thread.State.WAITING);
    }

    private static Stream<Thread> explorers() {
        return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("Vitromap explorer"));
    }

    /** Number of the Explorer's threads, after a while in which they may end. */
    public static String threads() throws Exception {
        for (int ms = 0; ms < 3000 && explorers().count() > 0; ms += 20) {
            IJ.wait(20);
        }
        return "" + explorers().count();
    }

    /** Types a letter in a window. */
    public static String key(String title, String letter) throws Exception {
        ImageCanvas canvas = image(title).getCanvas();
        char c = letter.charAt(0);
        int modifiers = Character.isUpperCase(c) ? InputEvent.SHIFT_DOWN_MASK : 0;
        EventQueue.invokeAndWait(() -> canvas.dispatchEvent(new KeyEvent(canvas, KeyEvent.KEY_PRESSED, System.currentTimeMillis(), modifiers,
                KeyEvent.getExtendedKeyCodeForChar(c), c)));
        return "";
    }

    /** Drags with the left mouse button, in pixels of the image, through some points on the way. */
    public static String drag(String title, String x1, String y1, String x2, String y2) throws Exception {
        ImageCanvas canvas = image(title).getCanvas();
        double[] from = {Double.parseDouble(x1), Double.parseDouble(y1)};
        double[] to = {Double.parseDouble(x2), Double.parseDouble(y2)};
        mouse(canvas, MouseEvent.MOUSE_MOVED, from[0], from[1], 0);
        mouse(canvas, MouseEvent.MOUSE_PRESSED, from[0], from[1], InputEvent.BUTTON1_DOWN_MASK);
        for (int i = 1; i <= 10; i++) {
            double t = i / 10.0;
            mouse(canvas, MouseEvent.MOUSE_DRAGGED, from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1]), InputEvent.BUTTON1_DOWN_MASK);
        }
        mouse(canvas, MouseEvent.MOUSE_RELEASED, to[0], to[1], 0);
        return "";
    }

    private static void mouse(ImageCanvas canvas, int id, double x, double y, int modifiers) throws Exception {
        EventQueue.invokeAndWait(() -> canvas.dispatchEvent(new MouseEvent(canvas, id, System.currentTimeMillis(), modifiers, canvas.screenXD(x + 0.5),
                canvas.screenYD(y + 0.5), 1, false, id == MouseEvent.MOUSE_MOVED ? MouseEvent.NOBUTTON : MouseEvent.BUTTON1)));
    }

    /** Presses a button of a window. */
    public static String press(String title, String label) throws Exception {
        Button button = (Button) find(image(title).getWindow(), Button.class, label);
        EventQueue.invokeAndWait(() -> {
            for (ActionListener listener : button.getActionListeners()) {
                listener.actionPerformed(new ActionEvent(button, ActionEvent.ACTION_PERFORMED, label));
            }
        });
        return "";
    }

    /** Asks for the PDF of a composition by the key g. */
    public static String pdf(String title, String composition) throws Exception {
        System.setProperty("vitromap.driven", "true"); // a modal window is no error now
        Thread typing = new Thread(() -> {
            try {
                key(title, "g");
            } catch (Exception e) {
                UNCAUGHT.compareAndSet(null, e);
            }
        });
        typing.start();
        GenericDialog dialog = DialogDriver.await();
        EventQueue.invokeLater(() -> {
            DialogDriver.fill(dialog, "0=" + composition);
            DialogDriver.press(dialog, "OK");
        });
        typing.join();
        System.setProperty("vitromap.driven", "false");
        return "";
    }

    /** Chooses an item of a window's menu; returns all its items. */
    public static String choose(String title, String item) throws Exception {
        Choice choice = (Choice) find(image(title).getWindow(), Choice.class, "");
        StringBuilder items = new StringBuilder();
        EventQueue.invokeAndWait(() -> {
            for (int i = 0; i < choice.getItemCount(); i++) {
                items.append(choice.getItem(i)).append('\n');
            }
            choice.select(item);
            for (ItemListener listener : choice.getItemListeners()) {
                listener.itemStateChanged(new ItemEvent(choice, ItemEvent.ITEM_STATE_CHANGED, item, ItemEvent.SELECTED));
            }
        });
        return items.toString();
    }

    private static Component find(Container parent, Class<?> kind, String label) {
        for (Component c : parent.getComponents()) {
            Component found = kind.isInstance(c) && (label.isEmpty() || ((Button) c).getLabel().equals(label)) ? c
                    : c instanceof Container ? find((Container) c, kind, label) : null;
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** What the Explorer shows against sums over the selected pixels; empty = the same. */
    public static String naive(String data, String map, String pattern) {
        ImageStack stack = image(data).getStack();
        int width = image(map).getWidth();
        float[] mean = (float[]) image(pattern).getProcessor().getPixels();
        float[] sums = (float[]) image(map).getProcessor().getPixels();
        long[] total = new long[mean.length];
        int patterns = 0;
        for (Point p : selected(map)) {
            short[] pixels = (short[]) stack.getPixels(1 + p.y * width + p.x);
            for (int i = 0; i < total.length; i++) {
                total[i] += pixels[i] & 0xffff;
            }
            patterns++;
        }
        for (int i = 0; i < total.length; i++) {
            if (mean[i] != (float) ((double) total[i] / patterns)) {
                return "pattern at " + i + ": " + mean[i] + " is not " + (double) total[i] / patterns;
            }
        }
        for (int i = 0; i < sums.length; i++) {
            short[] pixels = (short[]) stack.getPixels(1 + i);
            long sum = 0;
            for (Point p : selected(pattern)) {
                sum += pixels[p.y * image(pattern).getWidth() + p.x] & 0xffff;
            }
            if (sums[i] != sum) {
                return "map at " + i + ": " + sums[i] + " is not " + sum;
            }
        }
        return "";
    }

    private static List<Point> selected(String title) {
        ImagePlus image = image(title);
        List<Point> points = new ArrayList<>();
        for (Point p : image.getRoi() == null ? new Roi(0, 0, image.getWidth(), image.getHeight()) : image.getRoi()) {
            if (p.x >= 0 && p.y >= 0 && p.x < image.getWidth() && p.y < image.getHeight()) {
                points.add(p);
            }
        }
        return points;
    }

    /** Whether two images have the same pixels; empty = they have. */
    public static String equal(String first, String second) {
        float[] a = (float[]) image(first).getProcessor().getPixels();
        float[] b = (float[]) image(second).getProcessor().getPixels();
        return Arrays.equals(a, b) ? "" : second + " is not " + first;
    }

    /** A selection that no macro function makes: two ovals and a hole. */
    public static String composite(String title, String scale) {
        double s = Double.parseDouble(scale);
        ShapeRoi shape = new ShapeRoi(new OvalRoi(s, s, 6 * s, 5 * s));
        shape.not(new ShapeRoi(new OvalRoi(2.5 * s, 2 * s, 3 * s, 2 * s)));
        shape.or(new ShapeRoi(new OvalRoi(8 * s, 7 * s, 4 * s, 6 * s)));
        image(title).setRoi((Roi) shape);
        return "";
    }

    /** The image gets another stack, as commands do that change an image's size. */
    public static String replace(String title) throws Exception {
        ImagePlus image = image(title);
        ImageStack other = image.getStack().duplicate();
        EventQueue.invokeAndWait(() -> image.setStack(other));
        image.updateAndDraw();
        return "";
    }

    /** A copy of a dataset whose file hangs whenever {@link #hang} says so. */
    public static String slow(String title, String copy) {
        ImagePlus from = image(title);
        ImageStack slices = from.getStack().duplicate();
        ImageStack stack = new VirtualStack(slices.getWidth(), slices.getHeight(), null, null) {
            @Override
            public ImageProcessor getProcessor(int n) {
                try {
                    if (!EventQueue.isDispatchThread()) {
                        file.await();
                    } else if (file.getCount() > 0) {
                        throw new IllegalStateException("the event thread reads the file");
                    }
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return slices.getProcessor(n);
            }

            @Override
            public int getSize() {
                return slices.getSize();
            }

            @Override
            public int getBitDepth() {
                return 16;
            }
        };
        ImagePlus image = new ImagePlus(copy, stack);
        image.setDimensions(1, from.getNSlices(), from.getNFrames());
        image.setOpenAsHyperStack(true);
        image.show();
        return "";
    }

    /** on: from now on whoever reads the slow copy waits; off: it goes on. */
    public static String hang(String on) {
        file.countDown();
        if (on.equals("on")) {
            file = new CountDownLatch(1);
        }
        return "";
    }
}
