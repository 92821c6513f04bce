/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import io.jhdf.GroupSymbolTableNode;
import io.jhdf.HdfFile;
import io.jhdf.LocalHeap;
import io.jhdf.ObjectHeader;
import io.jhdf.SymbolTableEntry;
import io.jhdf.Utils;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Link;
import io.jhdf.api.Node;
import io.jhdf.btree.BTreeV1;
import io.jhdf.links.ExternalLink;
import io.jhdf.object.message.SymbolTableMessage;
import io.jhdf.storage.HdfBackingStorage;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an HDF5 file holds: the datasets that may be patterns, and what it says of the experiment. */
final class Hdf5Tree {
    private static final int MOST_NODES = 20000, DEEPEST = 32;
    /** Where programs write the accelerating voltage, in kV or V; the first of these that is found counts. */
    private static final String[] VOLTAGE = {"/beam_energy", "/acceleratingvoltage", "/high tension_kv", "/accelerating_voltage",
        "/microscope/voltage", "/simulation_parameters/e", "/photon_energy"};

    private static final Pattern PART = Pattern.compile("(.*/data_)(\\d{6})");

    private final List<Hdf5Entry> datasets = new ArrayList<>();
    private final List<String> damaged = new ArrayList<>();
    /** Path of a link to another file that is not there, and the file. */
    private final Map<String, String> missing = new LinkedHashMap<>();
    /** Properties that 4D-STEM Export wrote, by their path. */
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final double[] voltage = new double[VOLTAGE.length];
    private double centerRow = Double.NaN;
    private double centerColumn = Double.NaN;
    private double imagesPerTrigger = Double.NaN;
    private double triggers = Double.NaN;
    private int nodes;

    Hdf5Tree(HdfFile file) {
        Arrays.fill(voltage, Double.NaN);
        visit(file, "", file, new LinkedHashMap<>(), 0);
        datasets.sort(Comparator.comparing(entry -> entry.path));
    }

    /** With numbers, 2 dimensions or more, none of them empty; by path. */
    List<Hdf5Entry> datasets() {
        return datasets;
    }

    /** A sentence on what could not be read; empty if all could. */
    String damage() {
        return damaged.isEmpty() ? "" : " These parts could not be read: " + String.join(", ", damaged) + ".";
    }

    /** DECTRIS splits a long recording over files, to which the master file has the links data_000001, data_000002 and so on. */
    void checkParts(String name) throws IOException {
        for (Map.Entry<String, String> link : missing.entrySet()) {
            if (PART.matcher(link.getKey()).matches()) {
                throw new IOException(name + ": patterns are missing, " + link.getKey() + " cannot be read: " + link.getValue()
                        + " is not in the same folder, or damaged");
            }
        }
    }

    /** The parts that the entry belongs to, in their order; itself if it is none. */
    List<Hdf5Entry> parts(Hdf5Entry entry) {
        Matcher part = PART.matcher(entry.path);
        List<Hdf5Entry> parts = new ArrayList<>();
        for (Hdf5Entry other : datasets) { // sorted by path
            Matcher match = PART.matcher(other.path);
            boolean same = part.matches() && match.matches() && match.group(1).equals(part.group(1)) && other.size.length == 3 && entry.size.length == 3;
            if (other == entry || same && other.size[1] == entry.size[1] && other.size[2] == entry.size[2]
                    && Hdf5Files.type(other.dataset.getDataType()) == Hdf5Files.type(entry.dataset.getDataType())) {
                parts.add(other);
            }
        }
        return parts;
    }

    /** A part that cannot be read must not hide the others. */
    private void visit(Node node, String path, HdfFile file, Map<String, Node> siblings, int depth) {
        try {
            if (node instanceof ExternalLink && node.isLink() && ((Link) node).isBrokenLink()) {
                missing.put(path, node.toString());
            }
            HdfFile home = node instanceof Link ? ((Link) node).getTarget().getHdfFile() : file;
            Node target = node instanceof Link ? ((Link) node).getTarget() : node;
            if (++nodes > MOST_NODES || depth > DEEPEST || !seen.add(home.getFileAsPath() + "@" + target.getAddress())) {
                return;
            }
            attributes(target, path);
            if (target instanceof Dataset) {
                dataset(new Hdf5Entry((Dataset) target, path, home.getFileAsPath(), home.getUserBlockSize(), siblings));
            } else if (target instanceof Group) {
                Map<String, Node> children = children((Group) target, path, home);
                children.forEach((name, child) -> visit(child, path + "/" + name, home, children, depth + 1));
            }
        } catch (RuntimeException e) {
            damaged.add((path.isEmpty() ? "/" : path) + " (" + reason(e) + ")");
        }
    }

    /** The library gives up a group if it cannot read one of its members: then they are read one by one. */
    private Map<String, Node> children(Group group, String path, HdfFile file) {
        try {
            return group.getChildren();
        } catch (RuntimeException whole) {
            HdfBackingStorage storage = file.getHdfBackingStorage();
            ObjectHeader header = ObjectHeader.readObjectHeader(storage, group.getAddress());
            if (!header.hasMessageOfType(SymbolTableMessage.class)) {
                throw whole;
            }
            return oneByOne(header.getMessageOfType(SymbolTableMessage.class), path, file);
        }
    }

    /** The first cause: what the library puts round it only says where it was. */
    static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private Map<String, Node> oneByOne(SymbolTableMessage table, String path, HdfFile file) {
        HdfBackingStorage storage = file.getHdfBackingStorage();
        ByteBuffer names = new LocalHeap(storage, table.getLocalHeapAddress()).getDataBuffer();
        Map<String, Node> children = new LinkedHashMap<>();
        for (long address : BTreeV1.createGroupBTree(storage, table.getBTreeAddress()).getChildAddresses()) {
            for (SymbolTableEntry entry : new GroupSymbolTableNode(storage, address).getSymbolTableEntries()) {
                names.position(entry.getLinkNameOffset());
                String name = Utils.readUntilNull(names);
                try {
                    children.put(name, file.getNodeByAddress(entry.getObjectHeaderAddress()));
                } catch (RuntimeException one) {
                    damaged.add(path + "/" + name + " (" + reason(one) + ")");
                }
            }
        }
        return children;
    }

    private void dataset(Hdf5Entry entry) {
        if (entry.size.length == 0) {
            scalar(entry.path, entry.dataset::getData);
            if (entry.path.contains(EmdHead.PROPERTIES) && read(entry.dataset::getData) instanceof String) {
                properties.put(entry.path, (String) read(entry.dataset::getData));
            }
        } else if (entry.size.length >= 2 && Hdf5Files.type(entry.dataset.getDataType()) != 0 && Arrays.stream(entry.size).allMatch(n -> n > 0)) {
            datasets.add(entry);
        }
    }

    private void attributes(Node node, String path) {
        Map<String, Attribute> attributes;
        try {
            attributes = node.getAttributes();
        } catch (RuntimeException e) {
            return; // one of a type that the library does not know takes away the others, but not the patterns
        }
        attributes.forEach((name, attribute) -> scalar(path + "/" + name, attribute::getData));
    }

    private void scalar(String path, Supplier<Object> value) {
        String lower = path.toLowerCase(Locale.ROOT);
        for (int i = 0; i < VOLTAGE.length; i++) {
            if (lower.endsWith(VOLTAGE[i]) && Double.isNaN(voltage[i])) {
                voltage[i] = number(value);
            }
        }
        if (lower.endsWith("/calibration/qx0_mean")) { // py4DSTEM: x counts rows
            centerRow = number(value);
        } else if (lower.endsWith("/calibration/qy0_mean")) {
            centerColumn = number(value);
        } else if (lower.endsWith("/detectorspecific/nimages")) { // DECTRIS: for each trigger
            imagesPerTrigger = number(value);
        } else if (lower.endsWith("/detectorspecific/ntrigger")) {
            triggers = number(value);
        }
    }

    private static Object read(Supplier<Object> value) {
        try {
            return value.get();
        } catch (RuntimeException e) {
            return null;
        }
    }

    /** Of a number, an array's first, or a text that is one; else NaN. */
    private static double number(Supplier<Object> supplier) {
        Object value = read(supplier);
        Object first = value != null && value.getClass().isArray() && Array.getLength(value) > 0 ? Array.get(value, 0) : value;
        try {
            return first instanceof Number ? ((Number) first).doubleValue() : first instanceof String ? Double.parseDouble((String) first) : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** What the dataset knew when it was exported, as it was: it goes before what other programs would read. */
    private void own(Hdf5Entry entry, Recording recording) {
        String begin = entry.path.substring(0, entry.path.lastIndexOf('/')) + EmdHead.PROPERTIES;
        List<String> pairs = new ArrayList<>();
        properties.forEach((path, value) -> {
            if (path.startsWith(begin) && path.indexOf('/', begin.length()) < 0) {
                String key = EmdHead.OWN + path.substring(begin.length());
                pairs.addAll(Arrays.asList(key, value));
                recording.values.remove(key);
            }
        });
        recording.properties = pairs.isEmpty() ? null : pairs.toArray(new String[0]);
    }

    /** Writes what is known of the experiment. */
    void describe(Hdf5Entry entry, Recording recording) {
        double kilovolt = Double.NaN;
        for (int i = voltage.length - 1; i >= 0; i--) {
            kilovolt = Double.isNaN(voltage[i]) ? kilovolt : voltage[i] > 3000 ? 1e-3 * voltage[i] : voltage[i];
        }
        recording.voltage(kilovolt);
        if (entry.framesLast) {
            VeloxMetadata.describe(entry, recording);
            return;
        }
        int rank = entry.size.length;
        double columns = rank > 2 ? Hdf5Axis.of(entry, rank - 3).nanometres() : Double.NaN;
        double rows = rank > 3 ? Hdf5Axis.of(entry, rank - 4).nanometres() : Double.NaN;
        recording.scanStep(columns);
        if (Math.abs(rows - columns) > 0.01 * columns) {
            recording.notes.add("The scan steps differ: " + columns + " nm from column to column, which was taken, and " + rows + " nm from row to row.");
        }
        recording.qPerPixel(Hdf5Axis.of(entry, rank - 1).perAngstrom(kilovolt));
        recording.center(centerColumn, centerRow);
        own(entry, recording);
        if (PART.matcher(entry.path).matches() && imagesPerTrigger * triggers >= 1 && imagesPerTrigger * triggers < Integer.MAX_VALUE) {
            recording.announced = (long) (imagesPerTrigger * triggers);
            boolean raster = imagesPerTrigger > 1 && triggers > 1;
            recording.scanX = raster ? (int) imagesPerTrigger : 0;
            recording.scanY = raster ? (int) triggers : 0;
        }
    }
}
