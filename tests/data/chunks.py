#!/usr/bin/env python3
"""Writes chunks.h5: chunks that span several patterns and stick out of the dataset, with every filter that is read.
SPDX-License-Identifier: GPL-3.0-or-later"""
import h5py
import hdf5plugin  # LZ4 and bitshuffle
import numpy as np

shape = (3, 5, 7, 9)
values = np.arange(np.prod(shape), dtype="u2").reshape(shape) % 1009
chunks = (2, 3, 4, 5)
with h5py.File("chunks.h5", "w") as f:
    f.create_dataset("gzip", data=values, chunks=chunks, compression="gzip", shuffle=True)
    f.create_dataset("checksum", data=values.astype(">u2"), chunks=chunks, compression="gzip", fletcher32=True)
    f.create_dataset("lzf", data=values.astype("f4"), chunks=chunks, compression="lzf", shuffle=True)
    f.create_dataset("lz4", data=values, chunks=chunks, **hdf5plugin.LZ4())
    f.create_dataset("bitshuffle", data=values.astype("u4"), chunks=chunks, **hdf5plugin.Bitshuffle())
    f.create_dataset("plain", data=values.astype("i8"), chunks=(1, 1, 7, 9))
    # Random bytes: gzip and lzf give up, and the chunk's filter mask says so.
    noise = np.random.default_rng(1).integers(0, 256, (4, 8, 8), dtype="u1")
    f.create_dataset("noise", data=noise, chunks=(2, 8, 8), compression="lzf")
    holes = f.create_dataset("holes", (4, 3, 6, 6), ">i2", chunks=(1, 1, 6, 6), compression="gzip", fillvalue=-7)
    holes[0, 0] = 5
    f.create_dataset("missing/nothing", (3, 6, 6), "u2")
    # Axes as hspy files have them, with the units of pyxem.
    f.create_dataset("signal/data", data=np.zeros((2, 3, 4, 5), "u1"))
    for i, (scale, units) in enumerate(((2, "µm"), (0.002, "µm"), (0.01, "$A^{-1}$"), (0.01, "$A^{-1}$"))):
        axis = f.create_group(f"signal/axis-{i}")
        axis.attrs["scale"], axis.attrs["units"] = scale, units
    f["signal"].create_group("metadata/Acquisition_instrument/TEM").attrs["beam_energy"] = 80.0
    # Attributes of unusual types: references, lists of them, complex numbers.
    f["signal"].attrs["reference"] = f["signal/data"].ref
    f["signal"].attrs["complex"] = 1 + 2j
    f["signal/scale"] = np.arange(3.0)
    f["signal/scale"].make_scale("x")
    f["signal/data"].dims[1].attach_scale(f["signal/scale"])
    f["link"] = h5py.SoftLink("/nowhere")
with h5py.File("chunks-v4.h5", "w", libver=("v110", "v110")) as f:
    f.create_dataset("fixed", data=values, chunks=chunks, compression="gzip", shuffle=True)
    growing = f.create_dataset("growing", data=values[:2], chunks=chunks, maxshape=(None, 5, 7, 9), compression="gzip")
    growing.resize(shape)
    growing[2:] = values[2:]
