using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Networks;

/// <summary>A convolution with equalised learning rate: weights from N(0, 1), used times 1/√fan-in.</summary>
public sealed class EqualizedConvolution : nn.Module
{
    private readonly Parameter weight; // [out, in, k, k]
    private readonly Parameter? bias;  // [out]

    internal EqualizedConvolution(int input, int output, int size, bool bias, Initializer initializer) : base(nameof(EqualizedConvolution))
    {
        weight = initializer.Normal(output, input, size, size);
        if (bias) this.bias = initializer.Constant(0, output);
        RegisterComponents();
    }

    /// <summary>Convolves <c>[N, in, H, W]</c>; the gain is folded into weight and bias.</summary>
    internal Tensor Forward(Tensor x, int padding = 0, int stride = 1, double gain = 1)
    {
        using DisposeScope scope = NewDisposeScope();
        long[] shape = weight.shape;
        Tensor kernel = weight * (gain / Math.Sqrt(shape[1] * shape[2] * shape[3]));
        Tensor? shift = bias is null ? null : gain == 1 ? bias : bias * gain;
        return F.conv2d(x, kernel, shift, strides: [stride, stride], padding: [padding, padding]).MoveToOuterDisposeScope();
    }
}
