using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// The activation of all networks: leaky_relu(x + bias, 0.2)·√2. Because the function is positively homogeneous, the gain
/// is folded into weights and biases before the product.
/// </summary>
internal static class Activation
{
    /// <summary>√2, to be multiplied into weights and biases.</summary>
    internal static readonly double Gain = Math.Sqrt(2);

    /// <summary>What is left of negative numbers.</summary>
    internal const double Slope = 0.2;

    /// <summary>Leaky ReLU with slope 0.2, in place (autograd keeps the result instead of the input, so training saves a map too).</summary>
    internal static Tensor LeakyInPlace(Tensor x) => x.leaky_relu_(Constant(Slope));

    /// <summary>The same through <paramref name="gates"/>, where there are any.</summary>
    internal static Tensor LeakyInPlace(Tensor x, Gates? gates) => gates is null ? LeakyInPlace(x) : gates.Activate(x);
}
