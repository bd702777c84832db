"""Times PyTorch on the rows that martlet-bench calls `more.`, and prints one JSON object a line.

usage: python torch_more.py [--threads N] [--only PREFIX ...] [--seconds S]
"""
import argparse, json, math, statistics, time

import torch
import torch.nn.functional as F


def clock(fn, seconds):
    """Best of three medians, in microseconds."""
    for _ in range(3):
        fn()
    start = time.perf_counter()
    fn()
    inner = max(1, int(2e-3 / max(time.perf_counter() - start, 1e-9)))
    best = math.inf
    for _ in range(3):
        times, stop = [], time.perf_counter() + seconds / 3
        while time.perf_counter() < stop or len(times) < 3:
            start = time.perf_counter()
            for _ in range(inner):
                fn()
            times.append((time.perf_counter() - start) / inner)
        best = min(best, statistics.median(times))
    return best * 1e6


def rows():
    million = torch.randn(1_000_000)
    other = torch.randn(1_000_000)
    square = torch.randn(1024, 1024)
    counts = torch.randint(0, 1000, (1_000_000,))
    cells, positions = torch.zeros(100), torch.randint(0, 100, (1_000_000,))
    images = torch.randn(8, 16, 64, 64)
    grid = torch.rand(8, 64, 64, 2) * 2 - 1
    labels, indices = torch.randint(0, 1024, (1024,)), torch.randint(0, 1024, (32, 32))
    small, right = torch.randn(32, 32), torch.randn(32, 32)
    wide = torch.randn(256, 256, dtype=torch.float64)
    middle, rhs = torch.randn(64, 64), torch.randn(64, 64)
    symmetric = middle + middle.t()
    matrices = torch.randn(1024, 3, 3)
    positive, double = torch.rand(1_000_000) * 10, torch.randn(1_000_000, dtype=torch.float64)
    parts = [torch.randn(32, 32) for _ in range(32)]
    return {
        "bincount_1m": lambda: counts.bincount(),
        "histc_1m": lambda: million.histc(100, -3, 3),
        "index_add_100": lambda: cells.scatter_add(0, positions, million),
        "dot_1m": lambda: million.dot(other),
        "median_1m": lambda: million.median(),
        "median_rows": lambda: square.median(1),
        "kthvalue_1m": lambda: million.kthvalue(1000),
        "pad_zero": lambda: F.pad(images, (2, 2, 2, 2)),
        "pad_value": lambda: F.pad(images, (2, 2, 2, 2), value=1.5),
        "pad_reflect": lambda: F.pad(images, (2, 2, 2, 2), mode="reflect"),
        "grid_sample": lambda: F.grid_sample(images, grid, align_corners=False),
        "huber_1m": lambda: F.huber_loss(million, other),
        "mse_1m": lambda: F.mse_loss(million, other),
        "nll_1k": lambda: F.nll_loss(square, labels),
        "embedding_bag": lambda: F.embedding_bag(indices, square),
        "kron_32": lambda: torch.kron(small, right),
        "matmul_f64_256": lambda: wide @ wide,
        "eigh_64": lambda: torch.linalg.eigh(symmetric),
        "lstsq_64": lambda: torch.linalg.lstsq(middle, rhs),
        "det_3": lambda: matrices.det(),
        "exp_1m": lambda: million.exp(),
        "gelu_tanh_1m": lambda: F.gelu(million, approximate="tanh"),
        "hardswish_1m": lambda: F.hardswish(million),
        "lgamma_1m": lambda: positive.lgamma(),
        "exp_f64_1m": lambda: double.exp(),
        "cat_32": lambda: torch.cat(parts),
        "tril": lambda: square.tril(),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", nargs="*", default=[""])
    parser.add_argument("--seconds", type=float, default=0.6)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with torch.no_grad():
        for name, fn in rows().items():
            name = "more." + name
            if not any(name.startswith(prefix) for prefix in arguments.only):
                continue
            value = clock(fn, arguments.seconds)
            print(json.dumps({"framework": "torch-eager", "name": name, "threads": arguments.threads, "unit": "us",
                              "value": round(value, 3)}), flush=True)


main()
