# SPDX-License-Identifier: GPL-3.0-or-later
# The same cube by scikit-learn's coordinate descent: prints seconds, iterations and relative residual. Arguments: file of float32
# [depth][positions], positions, depth, components, tolerance.
import sys
import time

try:
    import numpy
    from sklearn.decomposition import NMF
except ImportError:
    sys.exit(3)
path, positions, depth, components, tolerance = sys.argv[1], *map(int, sys.argv[2:5]), float(sys.argv[5])
cube = numpy.ascontiguousarray(numpy.fromfile(path, numpy.float32).reshape(depth, positions).T)
model = NMF(components, solver="cd", tol=tolerance, max_iter=1000, random_state=0)
start = time.perf_counter()
weights = model.fit_transform(cube)
seconds = time.perf_counter() - start
left = numpy.linalg.norm((cube - weights @ model.components_).astype(float)) / numpy.linalg.norm(cube.astype(float))
print(seconds, model.n_iter_, left)
