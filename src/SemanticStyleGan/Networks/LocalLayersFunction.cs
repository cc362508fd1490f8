using SemanticStyleGan.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// The layers leaky_relu(W·h + b, 0.2) of the local generators, with their gradients in one pass from the last layer to the first while a block of pixels is in
/// the cache. Where a second derivative follows, the same is computed by operations that libtorch can differentiate.
/// </summary>
internal sealed class LocalLayersFunction : autograd.SingleTensorFunction<LocalLayersFunction>
{
    private const string Depth = "depth";

    public override string Name => nameof(LocalLayersFunction);

    /// <summary>The maps <c>[M, C, P]</c> after some layers and after all, as <see cref="PartKernels.RunLayers"/>.</summary>
    internal static (Tensor AtDepth, Tensor Last) Run(Tensor features, Tensor weights, Tensor biases, int depthLayers)
    {
        Tensor[] maps = apply(features.transpose(1, 2), weights, biases, depthLayers).unbind(0);
        return (maps[0].transpose(1, 2), maps[1].transpose(1, 2));
    }

    // [2, M, P, C]: one tensor, as a gradient that does not exist may not come to a function.
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor features, Tensor weights, Tensor biases, int depthLayers) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (int)vars[3]);
        Tensor[] hidden = PartKernels.EveryLayer(features, weights, biases);
        ctx.save_data(Depth, depthLayers);
        ctx.save_for_backward([features, weights, biases, .. hidden]);
        return stack([hidden[depthLayers - 1], hidden[^1]]);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        int depthLayers = (int)ctx.get_data(Depth);
        (Tensor features, Tensor weights, Tensor biases, Tensor[] hidden) = (saved[0], saved[1], saved[2], [.. saved.Skip(3)]);
        Tensor[] gradients = grad_output.unbind(0);
        (Tensor? ofFeatures, Tensor ofWeights, Tensor ofBiases) = is_grad_enabled()
            ? Differentiable(features, weights, biases, depthLayers, gradients[0], gradients[1])
            : PartKernels.LayerGradients(features, weights, hidden, depthLayers, gradients[0], gradients[1], features.requires_grad);
        return BackwardTensors.Return([ofFeatures, ofWeights, ofBiases, null], [.. saved, .. gradients, grad_output]);
    }

    private static (Tensor? Features, Tensor Weights, Tensor Biases) Differentiable(Tensor features, Tensor weights, Tensor biases, int depthLayers, Tensor atDepth, Tensor last)
    {
        using DisposeScope scope = NewDisposeScope();
        (long maps, int layers) = (weights.shape[0], (int)weights.shape[1]);
        (Tensor[] matrices, Tensor[] shifts) = (weights.unbind(1), biases.unsqueeze(2).unbind(1));      // [M, C, C], [M, 1, C]
        Tensor[] inputs = new Tensor[layers + 1];
        inputs[0] = features.expand(maps, -1, -1);
        for (int layer = 0; layer < layers; layer++) inputs[layer + 1] = Activation.LeakyInPlace(bmm(inputs[layer], matrices[layer].transpose(1, 2)).add_(shifts[layer], Constant(1)));
        (Tensor[] ofWeights, Tensor[] ofBiases) = (new Tensor[layers], new Tensor[layers]);
        Tensor gradient = last;
        for (int layer = layers - 1; layer >= 0; layer--)
        {
            if (layer == depthLayers - 1) gradient = gradient.Plus(atDepth);
            gradient = where(inputs[layer + 1].detach().gt(Constant(0)), gradient, gradient * Constant(0.2));
            (ofWeights[layer], ofBiases[layer]) = (bmm(gradient.transpose(1, 2), inputs[layer]), gradient.sum([1]));
            if (layer > 0 || features.requires_grad) gradient = bmm(gradient, matrices[layer]);
        }
        Tensor? ofFeatures = !features.requires_grad ? null : features.shape[0] == 1 ? gradient.sum([0], keepdim: true) : gradient;
        return (ofFeatures?.MoveToOuterDisposeScope(), stack(ofWeights, 1).MoveToOuterDisposeScope(), stack(ofBiases, 1).MoveToOuterDisposeScope());
    }
}
