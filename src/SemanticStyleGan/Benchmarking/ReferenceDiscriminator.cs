using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using TorchSharp;
using static SemanticStyleGan.Benchmarking.ReferenceOperations;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Benchmarking;

/// <summary>A discriminator with the weights of ours, evaluated by the reference operation sequence.</summary>
public sealed class ReferenceDiscriminator : nn.Module
{
    private readonly DiscriminatorConfig config;
    private readonly ReferenceWeights weights;

    /// <summary>A discriminator on the memory of given weights.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="weights">The weights by our names.</param>
    public ReferenceDiscriminator(DiscriminatorConfig config, IReadOnlyDictionary<string, Tensor> weights) : base(nameof(ReferenceDiscriminator))
    {
        this.config = config;
        this.weights = new ReferenceWeights(weights, register_parameter);
    }

    /// <summary>The gradient of one of our weights.</summary>
    public Tensor Gradient(string name) => weights.Gradient(name);

    /// <summary>Logits <c>[N, 1]</c>, as <see cref="DualBranchDiscriminator.Forward"/> gives them.</summary>
    public Tensor Forward(Tensor images, Tensor masks)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Branch(images, "image_branch").Plus(Branch(masks, "mask_branch"));
        (long n, long group) = (x.shape[0], Math.Min(4, x.shape[0]));
        Tensor deviation = (x.view(group, n / group, -1).@var(0, unbiased: false) + Constant(1e-8)).sqrt().mean([1]);
        x = cat([x, deviation.view(-1, 1, 1, 1).repeat(group, 1, x.shape[2], x.shape[3])], 1);
        x = Activate(Convolve(x, "final_convolution", padding: 1), weights.Of("final_convolution.bias"));
        x = x.view(n, -1);
        Tensor hidden = weights.Of("final_hidden.weight");
        x = Activate(F.linear(x, hidden * Constant(1 / Math.Sqrt(hidden.shape[1]))), weights.Of("final_hidden.bias"));
        return EqualizedLinear(x, weights.Of("final_logit.weight"), weights.Of("final_logit.bias")).MoveToOuterDisposeScope();
    }

    /// <summary>R1 by differentiating the gradient, as <see cref="GradientPenalty.Compute"/> gives it.</summary>
    public GradientPenalty Penalize(Tensor images, Tensor masks, double imageWeight, double maskWeight)
    {
        using DisposeScope scope = NewDisposeScope();
        (images, masks) = (images.detach().requires_grad_(), masks.detach().requires_grad_());
        // A freed graph would abort the process.
        IList<Tensor> gradients = autograd.grad([Forward(images, masks).sum()], [images, masks], retain_graph: true, create_graph: true);
        Tensor[] penalties = [.. gradients.Select(g => g.pow(Constant(2)).sum([1, 2, 3]).mean())];
        Tensor loss = (penalties[0] * Constant(imageWeight / 2)).Plus(penalties[1] * Constant(maskWeight / 2));
        return new GradientPenalty(penalties[0].to(ScalarType.Float64).item<double>(), penalties[1].to(ScalarType.Float64).item<double>(), [loss.MoveToOuterDisposeScope()]);
    }

    private Tensor Branch(Tensor x, string name)
    {
        x = Activate(Convolve(x, $"{name}.input", 0), weights.Of($"{name}.input.bias"));
        for (int block = 0; config.ImageSize >> block > 4; block++)
            x = ResidualBlock(x, $"{name}.blocks.{block}");
        return x;
    }

    private Tensor ResidualBlock(Tensor x, string name)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor y = Activate(Convolve(x, $"{name}.conv1", padding: 1), weights.Of($"{name}.conv1.bias"));
        y = Activate(Convolve(Filter(y, 1, 2, 2), $"{name}.conv2", stride: 2), weights.Of($"{name}.conv2.bias"));
        Tensor skip = Convolve(Filter(x, 1, 1, 1), $"{name}.skip", stride: 2);
        return (y.Plus(skip) / Constant(Math.Sqrt(2))).MoveToOuterDisposeScope();
    }

    private Tensor Convolve(Tensor x, string name, int padding = 0, int stride = 1)
    {
        Tensor weight = weights.Of($"{name}.weight");
        double scale = 1 / Math.Sqrt(weight.shape[1] * weight.shape[2] * weight.shape[3]);
        return F.conv2d(x, weight * Constant(scale), strides: [stride, stride], padding: [padding, padding]);
    }
}
