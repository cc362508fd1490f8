using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>Memory order of image tensors: channels last is what oneDNN's convolutions and 1×1 products run fastest on.</summary>
internal static class ChannelsLast
{
    /// <summary>The same <c>[N, C, H, W]</c> tensor, channels last in memory.</summary>
    internal static Tensor Of(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
