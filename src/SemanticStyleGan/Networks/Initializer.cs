using SemanticStyleGan.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// Makes the parameters of equalised layers (weights from N(0, 1), scaled when used) from a seed on one device.
/// On the <c>meta</c> device only names and shapes exist.
/// </summary>
/// <param name="seed">Seed of the weights.</param>
/// <param name="device">Where the parameters live.</param>
public sealed class Initializer(long seed, Device device)
{
    private readonly Generator generator = new((ulong)seed);
    private readonly bool draws = device.type != DeviceType.META;

    private Initializer(Device device, bool draws) : this(0, device) => this.draws = draws;

    /// <summary>Where the parameters live.</summary>
    public Device Device => device;

    /// <summary>Parameters for the <c>meta</c> device: shapes without numbers.</summary>
    public static Initializer Meta { get; } = new(0, torch.device(DeviceType.META));

    /// <summary>Parameters with undefined numbers, for a network whose weights are loaded next.</summary>
    public static Initializer ForLoading(Device device) => new(device, draws: false);

    /// <summary>A parameter drawn from N(0, deviation²).</summary>
    internal Parameter Normal(double deviation, params long[] shape)
    {
        if (!draws) return Own(empty(shape, device: device));
        using Tensor values = randn(shape, generator: generator);
        return Own(values.mul_(Scalars.Constant(deviation)).to(device, copy: true));
    }

    /// <summary>A parameter drawn from N(0, 1).</summary>
    internal Parameter Normal(params long[] shape) => Normal(1, shape);

    /// <summary>A parameter filled with one value.</summary>
    internal Parameter Constant(double value, params long[] shape) => Own(full(shape, Scalars.Constant(value), device: device));

    /// <summary>A buffer drawn from N(0, 1).</summary>
    internal Tensor NormalBuffer(params long[] shape)
    {
        if (!draws) return empty(shape, device: device).DetachFromDisposeScope();
        using Tensor values = randn(shape, generator: generator);
        return values.to(device, copy: true).DetachFromDisposeScope();
    }

    // A module outlives the scope that it was made in.
    private static Parameter Own(Tensor values)
    {
        Parameter parameter = new(values, requires_grad: true);
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}
