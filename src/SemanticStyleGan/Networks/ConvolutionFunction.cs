using SemanticStyleGan.Kernels;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Networks;

/// <summary>
/// A 3×3 convolution with padding 1, or a transposed one with stride 2, whose derivatives of every order are such products too. It is linear in input x and weight w, and so
/// are its gradients: with y = C(x, w), the transpose x = T(y, w) and the weights' gradient w = W(x, y), each is differentiated by the two others.
/// libtorch's second derivative convolves with kernels as large as the picture.
/// </summary>
internal sealed class ConvolutionFunction : autograd.SingleTensorFunction<ConvolutionFunction>
{
    // Fewer do not pay for the transform of the weights.
    private const long FewestPixels = 1024;
    private const string Kind = "kind";

    [ThreadStatic]
    private static bool onlyInputs;

    // Fewer do not pay for the transform of the pixels, but where libtorch's own convolutions take oneDNN's place, which are slower.
    private static long FewestChannels => OneDnn.IsUsed ? 64 : 32;

    public override string Name => nameof(ConvolutionFunction);

    private enum Product { Convolution, Transpose, WeightGradient, StridedConvolution, StridedTranspose, StridedWeightGradient }

    /// <summary>Convolves <c>[N, in, H, W]</c> with <c>[out, in, 3, 3]</c>; sizes that do not fit are libtorch's.</summary>
    internal static Tensor Convolve(Tensor x, Tensor weight) =>
        Fits(x, weight) ? Run(Product.Convolution, x, weight) : F.conv2d(x, ChannelsLast.Of(weight), padding: [1, 1]);

    /// <summary>The transposed convolution with stride 2 of <c>[N, out, H, W]</c> and <c>[out, in, 3, 3]</c> to <c>[N, in, 2H + 1, 2W + 1]</c>.</summary>
    internal static Tensor Double(Tensor y, Tensor weight) => Run(Product.StridedTranspose, y, weight);

    /// <summary>Whether the kernels suit these sizes and save time.</summary>
    internal static bool Fits(Tensor x, Tensor weight)
    {
        (long output, long input, long height, long width) = (weight.shape[0], weight.shape[1], x.shape[2], x.shape[3]);
        return Math.Min(input, output) >= FewestChannels && x.shape[0] * height * width >= FewestPixels && x.dtype == ScalarType.Float32
            && RenderKernels.Fit(input, output, height, x.device) && RenderKernels.Fit(output, input, width, x.device);
    }

    /// <summary>While it lasts, gradients of this thread are taken with respect to inputs only: those of the weights would be computed in vain.</summary>
    internal static IDisposable OnlyInputs() => new InputsOnly();

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (Product product, Tensor a, Tensor b) = ((Product)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        ctx.save_data(Kind, product);
        ctx.save_for_backward([a, b]);
        return Compute(product, a, b);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        (Tensor a, Tensor b) = (saved[0], saved[1]);
        Product product = (Product)ctx.get_data(Kind);
        Product strided = product >= Product.StridedConvolution ? Product.StridedConvolution : Product.Convolution;
        (Product convolution, Product transpose, Product weightGradient) = (strided, strided + 1, strided + 2);
        // x, w of C; y, w of T; x, y of W.
        (Tensor? first, Tensor? second) = (product - strided) switch
        {
            0 => (Gradient(a, transpose, grad_output, b), OfWeight(b, weightGradient, a, grad_output)),
            1 => (Gradient(a, convolution, grad_output, b), OfWeight(b, weightGradient, grad_output, a)),
            _ => (Gradient(a, transpose, b, grad_output), Gradient(b, convolution, a, grad_output)),
        };
        return BackwardTensors.Return([null, first, second], a, b, grad_output);
    }

    private static Tensor? OfWeight(Tensor weight, Product product, Tensor x, Tensor y) => onlyInputs ? null : Gradient(weight, product, x, y);

    private static Tensor? Gradient(Tensor of, Product product, Tensor a, Tensor b) => of.requires_grad ? Run(product, a, b) : null;

    // Part of the graph where another derivative follows.
    private static Tensor Run(Product product, Tensor a, Tensor b) =>
        is_grad_enabled() && (a.requires_grad || b.requires_grad) ? apply(product, a, b) : Compute(product, a, b);

    private static Tensor Compute(Product product, Tensor a, Tensor b)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        return (product switch
        {
            Product.Convolution => RenderKernels.Convolve(a, WinogradWeights.Of(b), b.shape[0]),
            Product.Transpose => RenderKernels.Convolve(a, WinogradWeights.OfAdjoint(b), b.shape[1]),
            Product.WeightGradient => RenderKernels.WeightGradient(a, b),
            Product.StridedConvolution => StridedConvolution.Convolve(a, b),
            Product.StridedTranspose => StridedConvolution.Transpose(a, b),
            _ => StridedConvolution.WeightGradient(a, b),
        }).MoveToOuterDisposeScope();
    }

    private sealed class InputsOnly : IDisposable
    {
        private readonly bool before = onlyInputs;

        internal InputsOnly() => onlyInputs = true;

        public void Dispose() => onlyInputs = before;
    }
}
