#!/usr/bin/env python3
"""Writes what vendors' programs write, small: a DECTRIS master with two data files, and Velox files with their frames last.
SPDX-License-Identifier: GPL-3.0-or-later"""
import json

import h5py
import hdf5plugin
import numpy as np

frames = (np.arange(6 * 8 * 10, dtype="u4").reshape(6, 8, 10) * 7919) % 70001
for part in (1, 2):
    with h5py.File(f"arina_data_00000{part}.h5", "w") as f:
        data = frames[:4] if part == 1 else frames[4:]
        f.create_dataset("entry/data/data", data=data, chunks=(1, 8, 10), **hdf5plugin.Bitshuffle(nelems=0, cname="lz4"))
with h5py.File("arina_master.h5", "w") as f:
    for part in (1, 2):
        f[f"entry/data/data_00000{part}"] = h5py.ExternalLink(f"arina_data_00000{part}.h5", "/entry/data/data")
    specific = f.create_group("entry/instrument/detector/detectorSpecific")
    specific["nimages"], specific["ntrigger"], specific["photon_energy"] = np.uint64(3), np.uint64(2), 200000.0
    specific["flatfield"] = np.ones((8, 10), "f4")

text = json.dumps({"Optics": {"AccelerationVoltage": "300000", "CameraLength": "0.185"},
                   "BinaryResult": {"PixelSize": {"width": "123000000", "height": "123000000"}, "PixelUnitX": "1/m"}}).encode()
for name, options in (("chunks", {"chunks": (8, 10, 1)}), ("gzip", {"chunks": (8, 10, 4), "compression": "gzip"}), ("plain", {})):
    with h5py.File(f"velox-{name}.emd", "w") as f:
        group = f.create_group("Data/Image/0123456789abcdef0123456789abcdef")
        group.create_dataset("Data", data=np.moveaxis(frames.astype("u2"), 0, 2), **options)
        metadata = np.zeros((400, 6), "u1")
        metadata[: len(text)] = np.frombuffer(text, "u1")[:, None]
        group["Metadata"] = metadata
