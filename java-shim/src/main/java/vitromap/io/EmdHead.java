/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import vitromap.engine.Dataset;
import vitromap.engine.FrameSource;
import vitromap.engine.Native;

/**
 * What stands before the pixels of an EMD 1.0 file as py4DSTEM has it: /datacube_root/datacube/data with its axes dim0 to dim3, the calibration, and the
 * dataset's own properties as they are.
 */
final class EmdHead {
    /** Where the properties are, below the pixels' group. */
    static final String PROPERTIES = "/metadatabundle/4dstem/";
    /** How the properties of a 4D-STEM dataset begin. */
    static final String OWN = "4dstem.";
    private static final int I8 = 4, I16 = 5, I32 = 7, I64 = 9, F64 = 10, F16 = 12;

    private EmdHead() {
    }

    /** @param properties by the part of their keys behind '4dstem.' */
    static byte[] of(Dataset dataset, FrameSource source, Map<String, String> properties) {
        double step = dataset.number(Dataset.SCAN_STEP, 0);
        double scale = dataset.number(Dataset.Q_PER_PX, 0);
        Hdf5Node file = Hdf5Node.root().with("emd_group_type", "file").with("version_major", 1).with("version_minor", 0)
                .with("authoring_program", "Vitromap " + Native.version()).with("authoring_user", "");
        Hdf5Node root = file.group("datacube_root").with("emd_group_type", "root").with("python_class", "Root");
        Hdf5Node cube = root.group("datacube").with("emd_group_type", "array").with("python_class", "DataCube");
        int[] size = {dataset.scanY(), dataset.scanX(), source.height(), source.width()};
        Hdf5Node pixels = cube.pixels("data", type(source.type()), size).with("units", "pixel intensity");
        String[] names = {"Rx", "Ry", "Qx", "Qy"}; // py4DSTEM's x counts rows
        for (int i = 0; i < names.length; i++) {
            double known = i < 2 ? step : scale;
            cube.values("dim" + i, new double[] {0, known > 0 ? known : 1}).with("name", names[i]).with("units", known > 0 ? i < 2 ? "nm" : "A^-1" : "pixels");
        }
        Hdf5Node own = metadata(cube, "4dstem", "Metadata");
        properties.forEach((key, value) -> item(own, key, value));
        calibration(dataset, step, scale, metadata(root, "calibration", "Calibration"));
        return file.head(pixels);
    }

    private static Hdf5Node metadata(Hdf5Node of, String name, String kind) {
        return of.group("metadatabundle").with("emd_group_type", "metadatabundle").group(name).with("emd_group_type", "metadata").with("python_class", kind);
    }

    private static void item(Hdf5Node metadata, String name, Object value) {
        metadata.values(name, value).with("type", value instanceof String ? "string" : "number");
    }

    private static void calibration(Dataset dataset, double step, double scale, Hdf5Node calibration) {
        item(calibration, "Q_pixel_size", scale > 0 ? scale : 1.0);
        item(calibration, "Q_pixel_units", scale > 0 ? "A^-1" : "pixels");
        item(calibration, "R_pixel_size", step > 0 ? step : 1.0);
        item(calibration, "R_pixel_units", step > 0 ? "nm" : "pixels");
        double x = dataset.number(Dataset.CENTER_X, Double.NaN);
        double y = dataset.number(Dataset.CENTER_Y, Double.NaN);
        if (!Double.isNaN(x + y)) {
            item(calibration, "qx0_mean", y);
            item(calibration, "qy0_mean", x);
        }
        item(calibration, "_root_treepath", "");
        calibration.group("_target_paths").with("type", "list_of_strings").with("length", 1).values("0", "/datacube"); // what it is the calibration of
    }

    /** Numbers of vitro_type, little-endian, by the library's own description of types: class and version, flags, size, then what the class has. */
    private static DataType type(int type) {
        if (type == FrameSource.F32) {
            return FloatingPoint.FLOAT;
        } else if (type == F64) {
            return FloatingPoint.DOUBLE;
        }
        int bytes = Native.typeBytes(type);
        ByteBuffer description = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        if (type == F16) { // sign at bit 15, 5 bits of exponent from 10 on, 10 of mantissa from 0 on, its first one left out; bias 15
            description.put(new byte[] {0x11, 0x20, 15, 0}).putInt(bytes).putShort((short) 0).putShort((short) 16).put(new byte[] {10, 5, 0, 10}).putInt(15);
            description.flip();
            return new FloatingPoint(description);
        }
        boolean signed = type == I8 || type == I16 || type == I32 || type == I64;
        description.put(new byte[] {0x10, (byte) (signed ? 8 : 0), 0, 0}).putInt(bytes).putShort((short) 0).putShort((short) (8 * bytes));
        description.flip();
        return new FixedPoint(description);
    }
}
