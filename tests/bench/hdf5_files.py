#!/usr/bin/env python3
"""Writes the files of Hdf5Bench into a folder: counts of a ring, in chunks of one pattern, of several and of parts of many.
SPDX-License-Identifier: GPL-3.0-or-later"""
import os
import sys

import h5py
import hdf5plugin
import numpy as np

scan, side = (64, 16), 256
folder = sys.argv[1] if len(sys.argv) > 1 else "."
y, x = np.mgrid[:side, :side] - side / 2
mean = 40 * np.exp(-((np.hypot(x, y) - 60) / 12) ** 2) + 200 * np.exp(-np.hypot(x, y) / 8) + 0.5
data = np.random.default_rng(1).poisson(mean, scan + mean.shape).astype("u2")
gzip = {"compression": "gzip", "compression_opts": 4}
kinds = {"gzip": gzip, "gzip-shuffle": {"shuffle": True, **gzip}, "bitshuffle-lz4": dict(hdf5plugin.Bitshuffle())}
for name, kind in kinds.items():
    for chunks in (1, 1, 256, 256), (1, 8, 256, 256), (4, 4, 64, 64), (16, 16, 16, 16):
        with h5py.File(os.path.join(folder, f"{name}-{'x'.join(map(str, chunks))}.h5"), "w") as f:
            f.create_dataset("data", data=data, chunks=chunks, **kind)
