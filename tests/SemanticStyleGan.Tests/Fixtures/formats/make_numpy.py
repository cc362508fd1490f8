"""Makes the .npy and .npz fixtures beside it with NumPy (1.24): /usr/bin/python3 make_numpy.py"""
import os
import numpy as np

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "numpy")
os.makedirs(folder, exist_ok=True)


def ramp(*shape):
    return np.arange(int(np.prod(shape)), dtype=np.float32).reshape(shape) / 4


def save(name, array):
    np.save(os.path.join(folder, name + ".npy"), array)


for dtype in ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool"):
    save(dtype, (ramp(2, 3) * 4).astype(dtype))
save("scalar", np.float32(2.5))
save("vector", ramp(5))
save("w", ramp(3, 24))
save("w-plus", ramp(2, 11, 24))
save("layers", ramp(1, 20, 24))
save("empty", ramp(0, 4))
save("long-shape", ramp(*([1] * 20), 3))  # a header of two blocks
save("fortran", np.asfortranarray(ramp(2, 3, 4)))
save("objects", np.array([{}, None], dtype=object))
save("big-endian", ramp(3).astype(">f4"))
for version in ((2, 0), (3, 0)):
    with open(os.path.join(folder, f"version{version[0]}.npy"), "wb") as file:
        np.lib.format.write_array(file, ramp(2, 3), version=version)
np.savez(os.path.join(folder, "stored.npz"), w=ramp(3, 24), mean=ramp(24))
np.savez_compressed(os.path.join(folder, "compressed.npz"), w=ramp(3, 24), mean=ramp(24))
np.savez_compressed(os.path.join(folder, "bomb.npz"), zeros=np.zeros(4_000_000, np.uint8))
