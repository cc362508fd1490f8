using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Losses;

/// <summary>
/// R1: the squared gradient of the discriminator's logits on real data (Mescheder et al. 2018; paper §3.5), without second derivatives of its branches. With its activations
/// <see cref="Gates">held</see> a branch is a linear map J, so the gradient v = Jᵀg of the logits needs the gradient g at the branches' end only, and
/// the penalty's own gradient, that of ½ v·Wv, is the one of Jv' · g with v' = Wv held: an ordinary pass forward and backward on v' instead of pictures.
/// Half of the maps of a double backward pass are in memory.
/// </summary>
/// <param name="Image">|∇_image D|², summed per sample, mean over the batch.</param>
/// <param name="Mask">The same of masks; null without.</param>
/// <param name="Losses">
/// Scalars whose gradients, taken one by one, add up to that of ½(image weight · <paramref name="Image"/> + mask weight · <paramref name="Mask"/>), and whose values add up to it.
/// </param>
public sealed record GradientPenalty(double Image, double? Mask, IEnumerable<Tensor> Losses)
{
    /// <summary>The penalty of a discriminator at images <c>[N, 3, R, R]</c> and masks <c>[N, K, R, R]</c>, or at images alone.</summary>
    public static GradientPenalty Compute(DualBranchDiscriminator discriminator, Tensor images, Tensor? masks, double imageWeight, double maskWeight)
    {
        using DisposeScope scope = NewDisposeScope();
        Pass pass = new(discriminator, images, masks);
        Tensor[] gradients = pass.Gradients();
        double[] penalties = [.. gradients.Select(g => g.pow(Constant(2)).sum([1, 2, 3]).mean().to(ScalarType.Float64).item<double>())];
        long samples = images.shape[0];
        pass.Take(gradients[0] * Constant(imageWeight / samples), masks is null ? null : gradients[1] * Constant(maskWeight / samples));
        double value = (imageWeight * penalties[0] + (masks is null ? 0 : maskWeight * penalties[1])) / 2;
        return new GradientPenalty(penalties[0], masks is null ? null : penalties[1], pass.Losses(value));
    }

    private sealed class Pass(DualBranchDiscriminator discriminator, Tensor images, Tensor? masks)
    {
        private readonly Gates gates = new();
        private readonly Tensor images = images.detach().DetachFromDisposeScope();
        private readonly Tensor? masks = masks?.detach().DetachFromDisposeScope();
        private Tensor? features;                            // [N, C, 4, 4], where the branches end
        private (Tensor Images, Tensor? Masks) directions;   // v'

        internal Tensor[] Gradients()
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable _ = ConvolutionFunction.OnlyInputs();
            Tensor x = images.detach().requires_grad_();
            Tensor? m = masks?.detach().requires_grad_();
            Tensor end = discriminator.Branches(x, m, gates);
            features = end.detach().DetachFromDisposeScope();
            // A freed graph would abort the process.
            Tensor g = AtFeatures(end.detach().requires_grad_(), follow: false);
            return [.. autograd.grad([end], m is null ? [x] : [x, m], [g], retain_graph: true).Select(t => t.MoveToOuterDisposeScope())];
        }

        internal void Take(Tensor images, Tensor? masks)
        {
            directions = (images.DetachFromDisposeScope(), masks?.DetachFromDisposeScope());
            gates.Hold();
        }

        internal IEnumerable<Tensor> Losses(double value)
        {
            Tensor? curvature = null;
            try
            {
                yield return Linear(value, out curvature);
                gates.Dispose(); // as large as a quarter of the maps
                // What the minibatch's deviation adds, the only thing that is not linear; nothing for a single sample.
                if (curvature is not null) yield return Curved(curvature);
            }
            finally
            {
                foreach (IDisposable? piece in (IDisposable?[])[curvature, directions.Images, directions.Masks, gates, features, images, masks]) piece?.Dispose();
            }
        }

        private Tensor Linear(double value, out Tensor? curvature)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor changed = discriminator.Branches(directions.Images, directions.Masks, gates);                  // Jv'
            Tensor at = features!.detach().requires_grad_(), g = AtFeatures(at, follow: true);
            Tensor end = (changed.detach() * g).sum();
            Tensor bend = autograd.grad([end], [at], retain_graph: true)[0];
            curvature = bend.count_nonzero().item<long>() == 0 ? null : bend.DetachFromDisposeScope();
            return WithValue((changed * g.detach()).sum().Plus(end), value).MoveToOuterDisposeScope();
        }

        private Tensor Curved(Tensor curvature)
        {
            using DisposeScope scope = NewDisposeScope();
            return WithValue((discriminator.Branches(images, masks) * curvature).sum(), 0).MoveToOuterDisposeScope();
        }

        private Tensor AtFeatures(Tensor at, bool follow) => autograd.grad([discriminator.End(at).sum()], [at], retain_graph: true, create_graph: follow)[0];

        private static Tensor WithValue(Tensor loss, double value) => loss - loss.detach() + Constant(value);
    }
}
