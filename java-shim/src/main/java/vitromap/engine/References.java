/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.ImagePlus;
import ij.WindowManager;
import ij.measure.ResultsTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reference profiles at the points of a cube's axis, from a table or another cube. */
public final class References {
    /** How far, in points, an axis value may be from the cube's. */
    private static final double SAME = 0.01;
    private static final int MOST = 64;

    public final String[] names;
    /** names.length x points. */
    public final double[] values;

    private References(List<String> names, double[] values) {
        this.names = names.toArray(new String[0]);
        this.values = values;
    }

    /**
     * References by the title of an open image or table.
     *
     * @param range first and last point of the cube that are needed
     */
    public static References of(String title, Cube cube, int[] range) {
        if (title.trim().isEmpty()) {
            throw wrong("References are needed: the title of a table (first column = axis) or of a cube (every pixel is one reference).");
        }
        ImagePlus image = WindowManager.getImage(title.trim());
        if (image != null) {
            return of(image, cube, range);
        }
        ResultsTable table = ResultsTable.getResultsTable(title.trim());
        if (table == null) {
            throw wrong("There is no open table or image '" + title.trim() + "' for the references.");
        }
        return of(table, "'" + title.trim() + "'", cube, range);
    }

    /** Every XY pixel of an image is one reference, in x order, row by row. */
    public static References of(ImagePlus image, Cube cube, int[] range) {
        Cube from = Cube.of(image);
        String name = "'" + image.getTitle() + "'";
        if (from.positions() > MOST) {
            throw wrong(name + " has " + from.positions() + " pixels. Every pixel is one reference; at most " + MOST + " are allowed.");
        }
        checkUnit(from.unit(), name, cube);
        double[] axis = new double[from.depth()];
        for (int z = 0; z < axis.length; z++) {
            axis[z] = from.value(z);
        }
        int[] places = places(axis, name, cube, range);
        List<String> names = new ArrayList<>();
        double[] values = new double[from.positions() * places.length];
        for (int j = 0; j < from.positions(); j++) {
            names.add("reference " + (j + 1));
            float[] curve = from.curve(j);
            for (int z = 0; z < places.length; z++) {
                values[j * places.length + z] = curve[places[z]];
            }
        }
        return new References(names, values);
    }

    /** A table: the first column is the axis, each other column of numbers one reference. */
    public static References of(ResultsTable table, String name, Cube cube, int[] range) {
        List<double[]> columns = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (String heading : table.getHeadings()) {
            double[] column = table.columnExists(heading) ? table.getColumn(heading) : null;
            if (column != null) {
                columns.add(column);
                names.add(heading);
            }
        }
        if (columns.size() < 2) {
            throw wrong("The table " + name + " needs a first column with the axis and at least one column with a reference.");
        }
        String axis = names.remove(0);
        if (axis.matches(".*\\(.+\\)")) {
            checkUnit(axis.substring(axis.lastIndexOf('(') + 1, axis.length() - 1), name, cube);
        }
        int[] places = places(columns.remove(0), name, cube, range);
        double[] values = new double[names.size() * places.length];
        for (int j = 0; j < names.size(); j++) {
            for (int z = 0; z < places.length; z++) {
                values[j * places.length + z] = columns.get(j)[places[z]];
            }
        }
        return new References(names, values);
    }

    private static void checkUnit(String unit, String name, Cube cube) {
        if (!unit.equals(cube.unit())) {
            throw wrong("The references " + name + " are over an axis in " + unit + ", the cube '" + cube.image().getTitle() + "' over one in " + cube.unit() + ".");
        }
    }

    /** Where the references' axis has the values of the cube's. */
    private static int[] places(double[] axis, String name, Cube cube, int[] range) {
        int[] places = new int[range[1] - range[0] + 1];
        for (int z = 0; z < places.length; z++) {
            double value = cube.value(range[0] + z);
            int best = 0;
            for (int i = 1; i < axis.length; i++) {
                best = Math.abs(axis[i] - value) < Math.abs(axis[best] - value) ? i : best;
            }
            if (axis.length == 0 || !(Math.abs(axis[best] - value) <= SAME * Math.abs(cube.step()))) {
                double[] sorted = axis.clone();
                Arrays.sort(sorted);
                String has = axis.length == 0 ? "they are empty" : "their " + axis.length + " points go from " + (float) sorted[0] + " to " + (float) sorted[axis.length - 1];
                throw wrong("The references " + name + " have no value at " + (float) value + " " + cube.unit() + ", where '" + cube.image().getTitle() + "' has a point: " + has
                        + ". They must have the cube's own axis values over the range (set from and to).");
            }
            places[z] = best;
        }
        return places;
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
