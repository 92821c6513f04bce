# SPDX-License-Identifier: GPL-3.0-or-later
"""The reduction of bench_pdf.c in plain numpy, single precision, with its own threads. Arguments: profiles, bins, points, repeats."""
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "2")
import numpy as np

profiles, bins, points, repeats = (int(word) for word in sys.argv[1:5])
q = ((np.arange(bins) + 0.5) * 1.6 / bins).astype(np.float32)
f2 = 60 * np.exp(-3 * q)  # any curves do for the time
f_mean_2 = 0.95 * f2
tail = q >= 1.2
powers = np.linalg.qr(np.array([q**k for k in range(1, 5)]).T)[0].astype(np.float32)
r = (np.arange(points) + 1) * np.float32(10 / points)
transform = (8 * np.pi * 1.6 / bins * np.sin(2 * np.pi * q[:, None] * r)).astype(np.float32)
index = np.arange(profiles * bins).reshape(bins, profiles)
intensity = np.ascontiguousarray((1000 / (1 + index // profiles) + index * 7919 % 101).T).astype(np.float32)


def reduction():
    scale = intensity[:, tail] @ f2[tail] / (f2[tail] @ f2[tail])
    phi = intensity / scale[:, None]
    phi -= f2
    phi *= q / f_mean_2
    phi -= (phi @ powers) @ powers.T
    residual = np.sqrt(np.mean((phi[:, tail] / q[tail]) ** 2, axis=1))
    return 1 + phi / q, phi @ transform, scale, residual


reduction()
times = []
used = time.process_time()
for _ in range(repeats):
    start = time.perf_counter()
    reduction()
    times.append(time.perf_counter() - start)
used = (time.process_time() - used) / repeats
threads = os.environ["OMP_NUM_THREADS"]
print("numpy %-6s %s threads: %10.0f profiles/s, %.0f by the time that the processor gave" % (np.__version__, threads, profiles / sorted(times)[repeats // 2], profiles * int(threads) / used))
