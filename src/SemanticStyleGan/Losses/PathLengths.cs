using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Losses;

/// <summary>
/// How much pictures change with their codes: |Jᵀy| of the Jacobian J of a picture and noise y (<see cref="PathLengthPenalty"/>), without second derivatives of the render net. With its
/// activations <see cref="Gates">held</see> that is a linear map R, so only the gradient u = Rᵀy of the fused features takes part in a loss of the lengths, and the rest of the loss's gradient
/// is that of R't · y, t being the loss's gradient at u: an ordinary pass forward and backward on t instead of features.
/// </summary>
public sealed class PathLengths : IDisposable
{
    private readonly Func<Tensor, Tensor>? rest;
    private readonly IDisposable[] kept;
    private readonly Tensor? atFeatures; // u [N, F, S, S]

    /// <summary>Lengths <c>[N]</c> whose losses have all of their gradients.</summary>
    internal PathLengths(Tensor values) => (Values, kept) = (values, []);

    private PathLengths(Tensor values, Tensor atFeatures, Func<Tensor, Tensor> rest, IDisposable[] kept) => (Values, this.atFeatures, this.rest, this.kept) = (values, atFeatures, rest, kept);

    /// <summary>The lengths <c>[N]</c>.</summary>
    public Tensor Values { get; }

    /// <summary>The lengths of pictures of per-layer codes <c>[N, K·L, D]</c> that require gradients.</summary>
    /// <param name="generator">Makes the pictures.</param>
    /// <param name="codes">The codes.</param>
    /// <param name="maps">Noise maps, one a convolution of the render net; the stored ones where null.</param>
    /// <param name="noise">y <c>[N, 3, R, R]</c>, standard normal.</param>
    /// <param name="forGradients">Whether <see cref="Losses"/> will be asked for.</param>
    public static PathLengths Compute(SemanticGenerator generator, Tensor codes, IReadOnlyList<Tensor>? maps, Tensor noise, bool forGradients = true)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features;
        using (SecondDerivatives.Follow()) features = generator.Features(codes);
        Gates gates = new();
        Tensor y = PathLengthPenalty.Projection(noise).DetachFromDisposeScope(), u = AtFeatures(generator, features, maps, y, gates).DetachFromDisposeScope();
        gates.Hold();
        Tensor gradient = autograd.grad([features], [codes], [u], retain_graph: forGradients, create_graph: forGradients)[0];
        PathLengths lengths = new(PathLengthPenalty.Lengths(gradient).MoveToOuterDisposeScope(), u, t => Rest(generator, t, y, gates), [y, u, gates]);
        if (!forGradients) lengths.Dispose();
        return lengths;
    }

    /// <summary>Scalars whose gradients, taken one by one, add up to that of <paramref name="loss"/>, a scalar of <see cref="Values"/>, and whose values add up to it.</summary>
    public IEnumerable<Tensor> Losses(Tensor loss)
    {
        if (rest is null)
        {
            yield return loss;
            yield break;
        }
        using PathLengths _ = this;
        using Tensor t = autograd.grad([loss], [atFeatures!], retain_graph: true)[0].DetachFromDisposeScope();
        yield return loss;
        yield return rest(t);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable piece in kept) piece.Dispose();
    }

    // What the render net has of a loss's gradient, in a scalar without value.
    private static Tensor Rest(SemanticGenerator generator, Tensor t, Tensor y, Gates gates)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor linear = (generator.Render.Image(t, null, gates) * y).sum();
        return (linear - linear.detach()).MoveToOuterDisposeScope();
    }

    // The graph of the render net is needed no longer than this.
    private static Tensor AtFeatures(SemanticGenerator generator, Tensor features, IReadOnlyList<Tensor>? maps, Tensor y, Gates gates)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = ConvolutionFunction.OnlyInputs();
        Tensor at = features.detach().requires_grad_(), projected = (generator.Render.Image(at, maps, gates) * y).sum();
        // A freed graph would abort the process.
        return autograd.grad([projected], [at], retain_graph: true)[0].detach().requires_grad_().MoveToOuterDisposeScope();
    }
}
