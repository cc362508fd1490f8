using static TorchSharp.torch;

namespace SemanticStyleGan.Data;

/// <summary>Masks as tensors: class indices [N, H, W] and the one-hot form [N, K, H, W] that networks see.</summary>
public static class MaskTensors
{
    /// <summary>Class indices [N, H, W] (int64, 0 … K − 1) to [N, K, H, W] float32: 1 for the pixel's class, −1 for all others.</summary>
    public static Tensor OneHot(Tensor labels, int classes)
    {
        using var scope = NewDisposeScope();
        Tensor oneHot = full([labels.shape[0], classes, labels.shape[1], labels.shape[2]], Constant(-1f), device: labels.device);
        Tensor ones = TorchSharp.torch.ones([labels.shape[0], 1, labels.shape[1], labels.shape[2]], device: labels.device);
        return oneHot.scatter_(1, labels.unsqueeze(1), ones).MoveToOuterDisposeScope();
    }

    /// <summary>A mask [N, K, H, W] of any scale to each sample's most probable classes.</summary>
    public static LabelMap[] ToLabels(Tensor mask)
    {
        using var scope = NewDisposeScope();
        return ToLabelMaps(mask.detach().argmax(1));
    }

    /// <summary>Class indices [N, H, W] to masks.</summary>
    public static LabelMap[] ToLabelMaps(Tensor labels)
    {
        using var scope = NewDisposeScope();
        Tensor bytes = labels.to(ScalarType.Byte).cpu().contiguous();
        return [.. Enumerable.Range(0, (int)bytes.shape[0]).Select(i =>
            new LabelMap((int)bytes.shape[2], (int)bytes.shape[1], bytes[i].data<byte>().ToArray()))];
    }

    /// <summary>Masks of one size to class indices [N, H, W] int64.</summary>
    public static Tensor FromLabels(IReadOnlyList<LabelMap> masks)
    {
        using var scope = NewDisposeScope();
        return stack(masks.Select(m => tensor(m.Classes, [m.Height, m.Width], ScalarType.Int64))).MoveToOuterDisposeScope();
    }
}
