"""Makes the .pt fixtures beside it with PyTorch (1.13): /usr/bin/python3 make_pytorch.py"""
import argparse
import collections
import os
import pickle

import torch

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pytorch")
os.makedirs(folder, exist_ok=True)


def ramp(*shape):
    count = 1
    for size in shape:
        count *= size
    return (torch.arange(count, dtype=torch.float32) / 4).reshape(shape)


def save(name, value, **options):
    torch.save(value, os.path.join(folder, name + ".pt"), **options)


base = ramp(4, 6)
tensors = collections.OrderedDict(
    float32=ramp(2, 3),
    float16=ramp(2, 3).half(),
    bfloat16=ramp(2, 3).bfloat16(),
    float64=ramp(2, 3).double(),
    int64=(ramp(2, 3) * 4).long(),
    int32=(ramp(2, 3) * 4).int(),
    int16=(ramp(2, 3) * 4).short(),
    int8=(ramp(2, 3) * 4).char(),
    uint8=(ramp(2, 3) * 4).byte(),
    bool=(ramp(2, 3) * 4).bool(),
    scalar=torch.tensor(2.5),
    empty=torch.zeros(0, 4),
    base=base,
    transposed=base.t(),
    row=base[1],
    column=base[:, 2],
    steps=base[::2, 1::2],
    channels_last=ramp(2, 3, 4, 5).contiguous(memory_format=torch.channels_last),
    parameter=torch.nn.Parameter(ramp(5)),
)
for name, zipped in (("zip", True), ("legacy", False)):
    save(name, tensors, _use_new_zipfile_serialization=zipped)
values = {
    "none": None, "true": True, "false": False, "small": 7, "negative": -7, "large": 2**40, "huge": 2**70, "float": 0.25,
    "text": "ü", "bytes": b"\x00\xff", "list": [1, [2, 3]], "tuple": (1, 2, 3, 4), "set": {1}, "dict": {1: "a"},
    "size": torch.Size([2, 3]), "device": torch.device("cpu"), "dtype": torch.float16,
    "namespace": argparse.Namespace(size=32, name="x"),
}
save("values", values)
for protocol in (3, 4, 5):
    save(f"protocol{protocol}", {"values": {k: v for k, v in values.items() if k != "bytes"}, "tensor": ramp(2, 3)}, pickle_protocol=protocol)


class Evil:
    def __reduce__(self):
        return os.system, ("touch /tmp/executed",)


save("evil", {"g_ema": Evil()})
save("evil-legacy", {"g_ema": Evil()}, _use_new_zipfile_serialization=False)
save("module", torch.nn.Linear(2, 2))
torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), os.path.join(folder, "torchscript.pt"))
with open(os.path.join(folder, "pickle.pt"), "wb") as file:
    pickle.dump({"a": 1}, file, protocol=2)
