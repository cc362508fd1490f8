using static TorchSharp.torch;

namespace SemanticStyleGan.Data;

/// <summary>Colour images as tensors [N, 3, H, W] in [-1, 1] and as 8-bit pictures.</summary>
public static class ImageTensors
{
    /// <summary>Images [N, 3, H, W], values around [-1, 1], to pictures: x·127.5 + 127.5, rounded and clamped to 0 … 255.</summary>
    public static RgbImage[] ToPictures(Tensor images)
    {
        using var scope = NewDisposeScope();
        Tensor bytes = images.detach().to(ScalarType.Float32).mul(Constant(127.5)).add_(Constant(128), Constant(1)).clamp_(Constant(0), Constant(255)).to(ScalarType.Byte) // truncates
            .permute(0, 2, 3, 1).cpu().contiguous(); // [N, H, W, 3]
        return [.. Enumerable.Range(0, (int)bytes.shape[0]).Select(i =>
            new RgbImage((int)bytes.shape[2], (int)bytes.shape[1], bytes[i].data<byte>().ToArray()))];
    }

    /// <summary>Pictures of one size to [N, 3, H, W] float32 in [-1, 1]: byte / 127.5 − 1.</summary>
    public static Tensor FromPictures(IReadOnlyList<RgbImage> pictures)
    {
        using var scope = NewDisposeScope();
        Tensor bytes = stack(pictures.Select(p => tensor(p.Pixels, [p.Height, p.Width, 3], ScalarType.Float32))); // [N, H, W, 3]
        return bytes.permute(0, 3, 1, 2).contiguous().div_(Constant(127.5)).sub_(Constant(1)).MoveToOuterDisposeScope();
    }
}
