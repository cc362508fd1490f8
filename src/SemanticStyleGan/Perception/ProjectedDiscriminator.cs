using SemanticStyleGan.Networks;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Perception;

/// <summary>
/// A projected discriminator (Sauer et al. 2021, "Projected GANs converge faster"): one head for each scale of a parser's features, below the image's own. The parser is frozen and
/// not part of it. Features are mixed by random projections that are never trained: over channels at each scale, over scales from the smallest up. Here the heads see the
/// mask too, pooled to their scale, so that they judge whether image and mask fit where the parts are.
/// </summary>
public sealed class ProjectedDiscriminator : nn.Module
{
    private const int Width = 64;
    private readonly Parser parser;
    private readonly int parts;
    private readonly ModuleList<Head> heads = [];

    /// <summary>A discriminator with fresh weights.</summary>
    /// <param name="parser">Gives the features; the caller keeps owning it.</param>
    /// <param name="parts">Mask channels K; 0 for a discriminator that sees images only.</param>
    /// <param name="initializer">Makes the weights.</param>
    public ProjectedDiscriminator(Parser parser, int parts, Initializer initializer) : base(nameof(ProjectedDiscriminator))
    {
        (this.parser, this.parts) = (parser, parts);
        int halvings = parser.Config.Halvings;
        for (int i = 1; i <= halvings; i++) heads.Add(new Head(parser.Config.Channels(i), parts, halvings - i, initializer));
        RegisterComponents();
    }

    /// <summary>
    /// Logits <c>[N, L, H/2^L, W/2^L]</c> of patches, a channel for each of the L halvings of the parser, of images <c>[N, 3, H, W]</c> and masks <c>[N, K, H, W]</c>
    /// in [-1, 1]; the masks are null where K is 0.
    /// </summary>
    /// <exception cref="InputException">The size is no multiple of the parser's <see cref="ParserConfig.SizeMultiple"/>, or the masks are of another shape.</exception>
    public Tensor Forward(Tensor images, Tensor? masks)
    {
        if (parts > 0 ? masks?.shape.AsSpan().SequenceEqual([images.shape[0], parts, .. images.shape.AsSpan(2)]) != true : masks is not null)
            throw new InputException($"masks of shape [{string.Join(", ", masks?.shape ?? [])}], expected {(parts > 0 ? $"{parts} channels and the images' size" : "none")}.");
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<Tensor> features = parser.FeatureMaps(images);
        Tensor?[] pooled = new Tensor?[heads.Count];
        for (int i = 0; i < heads.Count; i++) pooled[i] = (masks = masks is null ? null : F.avg_pool2d(masks, 2));
        Tensor[] logits = new Tensor[heads.Count];
        Tensor? smaller = null;
        for (int i = heads.Count - 1; i >= 0; i--)
        {
            smaller = heads[i].Mix(features[i + 1], smaller);
            logits[i] = heads[i].Judge(pooled[i] is { } mask ? cat([smaller, mask], 1) : smaller);
        }
        return cat(logits, 1).MoveToOuterDisposeScope();
    }

    private sealed class Head : nn.Module
    {
        private readonly Tensor projection; // [C, in, 1, 1], random, never trained
        private readonly ModuleList<SpectralConvolution> layers = [];
        [ComponentName(Name = "logit")]
        private readonly SpectralConvolution last;

        internal Head(int input, int parts, int halvings, Initializer initializer) : base(nameof(Head))
        {
            projection = initializer.NormalBuffer(Width, input, 1, 1);
            // All heads end at the size of the smallest map.
            for (int i = 0; i < Math.Max(1, halvings); i++) layers.Add(new SpectralConvolution(i == 0 ? Width + parts : Width, Width, initializer, stride: halvings > 0 ? 2 : 1));
            last = new SpectralConvolution(Width, 1, initializer);
            RegisterComponents();
        }

        /// <summary>The random projection of features <c>[N, in, H, W]</c>, and the mixture of the next smaller scale <c>[N, C, H/2, W/2]</c>: <c>[N, C, H, W]</c>.</summary>
        internal Tensor Mix(Tensor features, Tensor? smaller)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor own = F.conv2d(features, projection / Constant(Math.Sqrt(projection.shape[1])));
            if (smaller is null) return own.MoveToOuterDisposeScope();
            Tensor other = F.interpolate(smaller, scale_factor: [2, 2], mode: InterpolationMode.Bilinear, align_corners: false);
            return (own.Plus(other) / Constant(Math.Sqrt(2))).MoveToOuterDisposeScope();
        }

        /// <summary>Logits <c>[N, 1, h, w]</c> of what a head sees, <c>[N, C + K, H, W]</c>.</summary>
        internal Tensor Judge(Tensor x)
        {
            using DisposeScope scope = NewDisposeScope();
            foreach (SpectralConvolution layer in layers) x = Activation.LeakyInPlace(layer.Forward(x, Activation.Gain));
            return last.Forward(x).MoveToOuterDisposeScope();
        }
    }
}
