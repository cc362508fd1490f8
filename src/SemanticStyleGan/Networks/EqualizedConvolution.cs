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

    /// <summary>Convolves <c>[N, in, H, W]</c>; the gain is folded into weight and bias, which is left out where only the <paramref name="linear"/> part is asked for.</summary>
    internal Tensor Forward(Tensor x, int padding = 0, int stride = 1, double gain = 1, bool linear = false)
    {
        using DisposeScope scope = NewDisposeScope();
        long[] shape = weight.shape;
        Tensor kernel = weight * Constant(gain / Math.Sqrt(shape[1] * shape[2] * shape[3]));
        // Without bias nothing follows in place, which a view would have to copy for.
        if (shape[2] == 1 && stride == 1 && bias is null) return PointwiseConvolution.Run(x, kernel.view(shape[0], shape[1])).MoveToOuterDisposeScope();
        Tensor? shift = bias is null || linear ? null : gain == 1 ? bias : bias * Constant(gain);
        if (shape[2] == 3 && padding == 1 && stride == 1 && ConvolutionFunction.Fits(x, weight))
        {
            Tensor y = ConvolutionFunction.Convolve(x, kernel);
            return (shift is null ? y : y.add_(shift.view(1, -1, 1, 1), Constant(1))).MoveToOuterDisposeScope();
        }
        return F.conv2d(x, kernel, shift, strides: [stride, stride], padding: [padding, padding]).MoveToOuterDisposeScope();
    }
}
