using System.Numerics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// Coordinates in [-1, 1]² to features: the coordinates, then sin and cos of them times 2^f for f below log2(R), mapped by
/// an equalised 1×1 convolution without bias that all parts share (paper §3.2).
/// </summary>
public sealed class FourierFeatures : nn.Module
{
    private readonly Parameter weight; // [C, F]
    private readonly int frequencies;
    private readonly int size;

    internal FourierFeatures(GeneratorConfig config, Initializer initializer) : base(nameof(FourierFeatures))
    {
        frequencies = BitOperations.Log2((uint)config.ImageSize);
        size = config.CoarseSize;
        weight = initializer.Normal(config.LocalChannels, 2 + 4 * frequencies);
        RegisterComponents();
    }

    /// <summary>The regular grid <c>[1, 2, S, S]</c> over [-1, 1]²: x in channel 0, y in channel 1.</summary>
    public static Tensor Grid(int size, Device? device = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor line = tensor(CoordinateGrid.Line(size), device: device);
        Tensor x = line.view(1, size).expand(size, size);
        Tensor y = line.view(size, 1).expand(size, size);
        return stack([x, y]).unsqueeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>Features <c>[M, C, S·S]</c> of coordinates <c>[M, 2, S, S]</c>; of the regular grid (M = 1) where none are given.</summary>
    public Tensor Forward(Tensor? coordinates = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor xy = (coordinates ?? Grid(size, weight.device)).flatten(2).to(weight.dtype); // [M, 2, P]
        Tensor[] bands = new Tensor[1 + 2 * frequencies];
        bands[0] = xy;
        for (int f = 0; f < frequencies; f++)
        {
            Tensor scaled = xy * Constant(Math.Pow(2, f));
            bands[1 + 2 * f] = scaled.sin();
            bands[2 + 2 * f] = scaled.cos();
        }
        Tensor encoded = cat(bands, 1); // [M, F, P]
        return matmul(weight * Constant(1 / Math.Sqrt(weight.shape[1])), encoded).MoveToOuterDisposeScope();
    }
}
