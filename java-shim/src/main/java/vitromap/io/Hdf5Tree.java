/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Link;
import io.jhdf.api.Node;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What an HDF5 file holds: the datasets that may be patterns, and what it says of the experiment. */
final class Hdf5Tree {
    private static final int MOST_NODES = 20000, DEEPEST = 32;
    /** Where programs write the accelerating voltage, in kV or V; the first that is found counts. */
    private static final String[] VOLTAGE = {"/beam_energy", "/acceleratingvoltage", "/high tension_kv", "/accelerating_voltage",
        "/microscope/voltage", "/simulation_parameters/e", "/photon_energy"};

    private final List<Dataset> datasets = new ArrayList<>();
    private final List<String> damaged = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private final double[] voltage = new double[VOLTAGE.length];
    private double centerRow = Double.NaN;
    private double centerColumn = Double.NaN;
    private int nodes;

    Hdf5Tree(HdfFile file) {
        Arrays.fill(voltage, Double.NaN);
        visit(file, 0);
        datasets.sort(Comparator.comparing(Dataset::getPath));
    }

    /** With numbers, 2 dimensions or more, none of them empty. */
    List<Dataset> datasets() {
        return datasets;
    }

    /** A sentence on what could not be read; empty if all could. */
    String damage() {
        return damaged.isEmpty() ? "" : "These parts could not be read: " + String.join(", ", damaged) + ".";
    }

    /** A part that cannot be read must not hide the others. */
    private void visit(Node node, int depth) {
        try {
            Node target = node instanceof Link ? ((Link) node).getTarget() : node;
            if (++nodes > MOST_NODES || depth > DEEPEST || !seen.add(target.getFileAsPath() + "@" + target.getAddress())) {
                return;
            }
            attributes(target);
            if (target instanceof Dataset) {
                dataset((Dataset) target);
            } else if (target instanceof Group) {
                for (Node child : ((Group) target).getChildren().values()) {
                    visit(child, depth + 1);
                }
            }
        } catch (RuntimeException e) {
            damaged.add(node.getPath() + " (" + e.getMessage() + ")");
        }
    }

    private void dataset(Dataset dataset) {
        int[] size = dataset.getDimensions();
        if (size.length == 0) {
            scalar(dataset.getPath(), dataset::getData);
        } else if (size.length >= 2 && Hdf5Files.type(dataset.getDataType()) != 0 && Arrays.stream(size).allMatch(n -> n > 0)) {
            datasets.add(dataset);
        }
    }

    private void attributes(Node node) {
        for (Map.Entry<String, Attribute> attribute : node.getAttributes().entrySet()) {
            scalar(slashed(node.getPath()) + "/" + attribute.getKey(), () -> attribute.getValue().getData());
        }
    }

    private static String slashed(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private void scalar(String path, java.util.function.Supplier<Object> value) {
        String lower = path.toLowerCase(Locale.ROOT);
        for (int i = 0; i < VOLTAGE.length; i++) {
            if (lower.endsWith(VOLTAGE[i]) && Double.isNaN(voltage[i])) {
                voltage[i] = number(value.get());
            }
        }
        if (lower.endsWith("/calibration/qx0_mean")) { // py4DSTEM: x counts rows
            centerRow = number(value.get());
        } else if (lower.endsWith("/calibration/qy0_mean")) {
            centerColumn = number(value.get());
        }
    }

    /** Of a number, an array's first, or a text that begins with one; else NaN. */
    private static double number(Object value) {
        Object first = value != null && value.getClass().isArray() && Array.getLength(value) > 0 ? Array.get(value, 0) : value;
        try {
            return first instanceof Number ? ((Number) first).doubleValue() : first instanceof String ? Double.parseDouble((String) first) : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** Writes what is known of the experiment, and which other datasets there are. */
    void describe(Dataset chosen, Recording recording) {
        for (double value : voltage) {
            if (!Double.isNaN(value)) {
                recording.voltage(value > 3000 ? 1e-3 * value : value);
                break;
            }
        }
        int rank = chosen.getDimensions().length;
        Hdf5Axis fast = rank > 2 ? Hdf5Axis.of(chosen, rank - 3) : Hdf5Axis.NONE;
        recording.scanStep(fast.nanometres());
        Hdf5Axis detector = Hdf5Axis.of(chosen, rank - 1);
        Double kilovolt = recording.values.get(vitromap.engine.Dataset.VOLTAGE);
        recording.qPerPixel(detector.perAngstrom(kilovolt == null ? Double.NaN : kilovolt));
        recording.center(centerColumn, centerRow);
        others(chosen, recording);
    }

    private void others(Dataset chosen, Recording recording) {
        List<String> others = datasets.stream().filter(d -> d != chosen && Hdf5Files.rank(d) > 2)
                .map(d -> d.getPath() + " " + Arrays.toString(d.getDimensions())).collect(Collectors.toList());
        if (!others.isEmpty()) {
            recording.notes.add("Opened " + chosen.getPath() + " " + Arrays.toString(chosen.getDimensions()) + ". Others in the file (key 'dataset'): "
                    + String.join(", ", others));
        }
    }
}
