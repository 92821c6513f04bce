/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;
import ij.process.LUT;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.Locale;

/** A map as a picture for a figure: enlarged, with its legend (colours, units, scale bar) beside it, so that the legend is exported with it. */
final class MapPicture {
    private static final int SIDE = 480;
    private static final int PANEL = 150;
    private static final int LEAST_HEIGHT = 330;
    private static final int MARGIN = 16;
    private static final int BAR = 20;
    private static final int BAR_HEIGHT = 150;
    private static final int WHEEL = 84;
    private static final int LABEL = 44;
    private static final int LINE = 17;
    private static final int UNMEASURED = 0x808080;
    private static final Font FONT = new Font("SansSerif", Font.PLAIN, 13);

    /** Picture pixels a map pixel. */
    final int zoom;
    private final int width;
    private final BufferedImage picture;
    private final Graphics2D graphics;
    private int top = MARGIN;

    MapPicture(int width, int height) {
        this.width = width;
        zoom = Math.max(1, (int) Math.round((double) SIDE / Math.max(width, height)));
        picture = new BufferedImage(width * zoom + PANEL, Math.max(height * zoom, LEAST_HEIGHT), BufferedImage.TYPE_INT_RGB);
        graphics = picture.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
        graphics.setColor(Color.BLACK);
        graphics.setFont(FONT);
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    }

    /** Draws the map, one colour for each of its pixels. */
    void map(int[] colours) {
        for (int i = 0; i < colours.length; i++) {
            graphics.setColor(new Color(colours[i]));
            graphics.fillRect(i % width * zoom, i / width * zoom, zoom, zoom);
        }
        graphics.setColor(Color.BLACK);
    }

    /** The slice of an image that is shown, in its colours, with the colour bar; NaN is grey. */
    void map(ImagePlus image) {
        ImageProcessor ip = image.getProcessor();
        int[] colours = new int[ip.getPixelCount()];
        if (ip instanceof ColorProcessor) {
            System.arraycopy(ip.getPixels(), 0, colours, 0, colours.length);
            map(colours);
            return;
        }
        LUT lut = image instanceof CompositeImage ? ((CompositeImage) image).getChannelLut() : ip.getLut();
        double min = image.getDisplayRangeMin();
        double max = image.getDisplayRangeMax();
        for (int i = 0; i < colours.length; i++) {
            double v = ip.getf(i);
            int index = (int) Math.max(0, Math.min(255, 256 * (v - min) / (max - min)));
            colours[i] = Double.isNaN(v) ? UNMEASURED : lut.getRGB(index) & 0xffffff;
        }
        map(colours);
        String unit = image.getCalibration().getValueUnit();
        String label = image.getStack().getShortSliceLabel(image.getCurrentSlice());
        boolean angle = label != null && (label.startsWith("angle") || label.startsWith("theta"));
        colourBar(lut, min, max, label == null ? image.getTitle() : label, angle ? "deg" : unit.equals("Gray Value") ? "" : unit);
    }

    private int left() {
        return width * zoom + MARGIN;
    }

    private void text(String text) {
        FontMetrics metrics = graphics.getFontMetrics();
        String rest = text;
        while (!rest.isEmpty()) {
            int n = rest.length();
            while (n > 1 && metrics.stringWidth(rest.substring(0, n)) > PANEL - MARGIN - 4) {
                n = rest.lastIndexOf(' ', n - 1) > 0 ? rest.lastIndexOf(' ', n - 1) : n - 1;
            }
            top += LINE;
            graphics.drawString(rest.substring(0, n).trim(), left(), top - 4);
            rest = rest.substring(n).trim();
        }
    }

    private static String withUnit(String text, String unit) {
        return unit.isEmpty() ? text : text + " (" + unit + ")";
    }

    /** The shortest text that tells the number to about a percent. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-3 || size >= 1e5)) {
            return String.format(Locale.US, "%.1e", value);
        }
        int decimals = size == 0 ? 0 : (int) Math.max(0, Math.min(5, 1 - Math.floor(Math.log10(size))));
        String text = String.format(Locale.US, "%." + decimals + "f", value);
        return text.indexOf('.') < 0 ? text : text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    private void colourBar(LUT lut, double min, double max, String label, String unit) {
        text(withUnit(label, unit));
        top += 6;
        for (int i = 0; i < BAR_HEIGHT; i++) {
            graphics.setColor(new Color(lut.getRGB(255 - 255 * i / (BAR_HEIGHT - 1))));
            graphics.fillRect(left(), top + i, BAR, 1);
        }
        graphics.setColor(Color.BLACK);
        graphics.drawRect(left(), top, BAR, BAR_HEIGHT - 1);
        for (int i = 0; i <= 4; i++) {
            int y = top + (BAR_HEIGHT - 1) * i / 4;
            graphics.drawLine(left() + BAR, y, left() + BAR + 4, y);
            graphics.drawString(number(max + (min - max) * i / 4), left() + BAR + 8, y + 5);
        }
        top += BAR_HEIGHT + 10;
    }

    /** The colour of a vector; full colour from length 1 on. */
    static int colour(LUT cyclic, double x, double y, boolean headless) {
        if (Double.isNaN(x) || Double.isNaN(y)) {
            return UNMEASURED;
        }
        double angle = Math.toDegrees(Math.atan2(y, x));
        double turn = headless ? angle / 180 + 0.5 : angle / 360 + 0.5;
        int rgb = cyclic.getRGB((int) (255.999 * (turn - Math.floor(turn))));
        double bright = Math.min(1, Math.hypot(x, y));
        return (int) (bright * (rgb >> 16 & 255)) << 16 | (int) (bright * (rgb >> 8 & 255)) << 8 | (int) (bright * (rgb & 255));
    }

    /** The legend of colour(): hue for the direction, brightness for the length, which is `full` at the rim. */
    void wheel(LUT cyclic, boolean headless, double full, String label, String unit) {
        text(label);
        top += LINE + 4;
        int r = WHEEL / 2;
        int middle = width * zoom + LABEL + r;
        for (int y = -r; y <= r; y++) {
            for (int x = -r; x <= r; x++) {
                if (x * x + y * y <= r * r) {
                    picture.setRGB(middle + x, top + r + y, colour(cyclic, (double) x / r, (double) -y / r, headless));
                }
            }
        }
        graphics.setStroke(new BasicStroke(1));
        graphics.drawOval(middle - r, top, 2 * r, 2 * r);
        FontMetrics metrics = graphics.getFontMetrics();
        graphics.drawString("0\u00b0", middle + r + 4, top + r + 5);
        graphics.drawString("90\u00b0", middle - metrics.stringWidth("90\u00b0") / 2, top - 4);
        String left = headless ? "0\u00b0" : "180\u00b0";
        graphics.drawString(left, middle - r - 4 - metrics.stringWidth(left), top + r + 5);
        String below = headless ? "90\u00b0" : "-90\u00b0";
        graphics.drawString(below, middle - metrics.stringWidth(below) / 2, top + 2 * r + 15);
        top += 2 * r + LINE + 8;
        text("rim: " + number(full) + (unit.isEmpty() ? "" : " " + unit));
        top += 10;
    }

    /** A vector of known length, in picture pixels. */
    void key(double length, boolean headless, String text) {
        top += 14;
        graphics.fill(shape(left() + length / 2, top, length, 0, headless));
        top += 6;
        text(text);
        top += 10;
    }

    /** Outline of an arrow, or of a line, about a middle; y down. */
    static Shape shape(double x, double y, double dx, double dy, boolean headless) {
        double length = Math.hypot(dx, dy);
        double half = Math.max(0.6, Math.min(1.1, 0.06 * length));
        double head = Math.min(8, 0.45 * length);
        double wide = Math.min(3.6, 0.22 * length) + 0.6;
        double e = length / 2;
        double[][] p = headless ? new double[][] {{-e, -half}, {e, -half}, {e, half}, {-e, half}}
                : new double[][] {{-e, -half}, {e - head, -half}, {e - head, -wide}, {e, 0}, {e - head, wide}, {e - head, half}, {-e, half}};
        Path2D.Double path = new Path2D.Double();
        for (int i = 0; i < p.length; i++) {
            double px = x + (p[i][0] * dx - p[i][1] * dy) / length;
            double py = y + (p[i][0] * dy + p[i][1] * dx) / length;
            if (i == 0) {
                path.moveTo(px, py);
            } else {
                path.lineTo(px, py);
            }
        }
        path.closePath();
        return path;
    }

    /** A bar of a round number of nm, about a third of the panel at least; nothing if the step is not known. */
    void scaleBar(double stepNm) {
        if (!(stepNm > 0)) {
            return;
        }
        double nm = round(0.7 * (PANEL - 2 * MARGIN) * stepNm / zoom);
        int length = (int) Math.round(nm / stepNm * zoom);
        graphics.fillRect(left(), picture.getHeight() - MARGIN - LINE - 6, length, 4);
        graphics.drawString(number(nm) + " nm", left(), picture.getHeight() - MARGIN);
    }

    /** The largest 1, 2 or 5 times a power of ten that is not above the value. */
    static double round(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        double part = value / power * (1 + 1e-9);
        return (part >= 5 ? 5 : part >= 2 ? 2 : 1) * power;
    }

    /** The picture, calibrated like the map. */
    ImagePlus image(String title, double stepNm) {
        graphics.dispose();
        ImagePlus image = new ImagePlus(title, new ColorProcessor(picture));
        if (stepNm > 0) {
            image.getCalibration().pixelWidth = stepNm / zoom;
            image.getCalibration().pixelHeight = stepNm / zoom;
            image.getCalibration().setUnit("nm");
        }
        return image;
    }
}
