using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Perception;

/// <summary>
/// Feature maps for a loss, from a TorchScript file that the user has; gradients go through to the pictures. Its <c>forward</c> takes pictures in [-1, 1] and
/// gives a tensor, or several, of <c>[N, C, H, W]</c> or <c>[N, C]</c>; or, as StyleGAN's file of VGG16 does, it takes pictures of 0 … 255 with
/// <c>resize_images</c> and <c>return_lpips</c>, and gives vectors whose squared differences add up to LPIPS.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="device">Where it runs.</param>
/// <exception cref="InputException">There is no such file, or it is no TorchScript file.</exception>
public sealed class TorchScriptMaps(string path, Device device) : IDisposable
{
    private readonly TorchScriptFile file = new(path, "a TorchScript file of a feature network", device);

    /// <summary>The maps or vectors of pictures <c>[N, 3, R, R]</c> in [-1, 1].</summary>
    /// <exception cref="InputException">The file's network gives something else.</exception>
    public IReadOnlyList<Tensor> Of(Tensor pictures)
    {
        object result = file.Arguments switch
        {
            1 => file.Differentiate(pictures),
            >= 3 => file.Differentiate((pictures + Constant(1)) * Constant(127.5), false, true),
            _ => throw file.Refuse("its forward takes two arguments, expected pictures, or pictures, resize_images and return_lpips."),
        };
        Tensor[] maps = result switch
        {
            Tensor one => [one],
            IEnumerable<Tensor> several => [.. several],
            System.Runtime.CompilerServices.ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i]).OfType<Tensor>()],
            _ => [],
        };
        bool fits = maps.Length > 0 && maps.All(m => m.ndim is 2 or 4 && m.shape[0] == pictures.shape[0]);
        return fits ? maps : throw file.Refuse($"gives {(maps.Length == 0 ? $"a {result.GetType().Name}" : string.Join(" and ", maps.Select(m => $"[{string.Join(", ", m.shape)}]")))} for {pictures.shape[0]} pictures, expected [{pictures.shape[0]}, C, H, W] or [{pictures.shape[0]}, C].");
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
