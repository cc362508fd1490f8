using SemanticStyleGan.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Perception;

/// <summary>A 3×3 convolution and group normalisation (Wu and He 2018), which knows no batch: an image is read the same alone as among others.</summary>
internal sealed class ParserConvolution : nn.Module
{
    /// <summary>Channels of a group.</summary>
    internal const int GroupSize = 8;

    private readonly Parameter weight; // [out, in, 3, 3]
    private readonly Parameter scale;  // [out]
    private readonly Parameter shift;  // [out]
    private readonly int stride;

    internal ParserConvolution(int input, int output, Initializer initializer, int stride = 1) : base(nameof(ParserConvolution))
    {
        this.stride = stride;
        weight = initializer.Normal(Math.Sqrt(2.0 / (9 * input)), output, input, 3, 3);
        scale = initializer.Constant(1, output);
        shift = initializer.Constant(0, output);
        RegisterComponents();
    }

    /// <summary><c>[N, in, H, W]</c> to <c>[N, out, H/stride, W/stride]</c>, no activation yet.</summary>
    internal Tensor Forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor y = stride == 1 && ConvolutionFunction.Fits(x, weight) ? ConvolutionFunction.Convolve(x, weight) : F.conv2d(x, weight, strides: [stride, stride], padding: [1, 1]);
        return F.group_norm(y, y.shape[1] / GroupSize, scale, shift).MoveToOuterDisposeScope();
    }
}
