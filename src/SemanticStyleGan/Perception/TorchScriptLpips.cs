using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Perception;

/// <summary>
/// LPIPS (Zhang et al., "The unreasonable effectiveness of deep features as a perceptual metric", CVPR 2018) from a TorchScript file that the user has.
/// Its <c>forward</c> takes two batches of pictures in [-1, 1] and gives a distance a pair; or, as StyleGAN's file of VGG16 does, it takes pictures of
/// 0 … 255 with <c>resize_images</c> and <c>return_lpips</c>, and gives vectors whose squared differences add up to the distance.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="device">Where it runs.</param>
/// <exception cref="InputException">There is no such file, or it is no TorchScript file.</exception>
public sealed class TorchScriptLpips(string path, Device device) : IPerceptualDistance
{
    private readonly TorchScriptFile file = new(path, "a TorchScript file of LPIPS", device);

    /// <inheritdoc/>
    public string Name { get; } = $"LPIPS of {Path.GetFileName(path)}";

    /// <inheritdoc/>
    /// <exception cref="InputException">The file's network gives something else.</exception>
    public Tensor Between(Tensor first, Tensor second)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor distance = file.Arguments switch
        {
            2 => Take(file.Call(first, second)),
            >= 3 => (Vectors(first) - Vectors(second)).pow(Constant(2)).flatten(1).sum(1),
            _ => throw file.Refuse("its forward takes one argument, expected two batches of pictures, or pictures, resize_images and return_lpips."),
        };
        if (distance.numel() != first.shape[0]) throw file.Refuse($"gives [{string.Join(", ", distance.shape)}] for {first.shape[0]} pairs of pictures, expected a distance for each.");
        return distance.reshape(-1).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private Tensor Vectors(Tensor pictures) => Take(file.Call((pictures + Constant(1)) * Constant(127.5), false, true));

    private Tensor Take(object result) => result as Tensor ?? throw file.Refuse($"gives a {result.GetType().Name}, expected a tensor.");
}
