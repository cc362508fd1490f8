using SemanticStyleGan.Data;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Inversion;

/// <summary>
/// Finds codes whose synthesis looks like given pictures (paper §4.2, after StyleGAN2's projection): Adam on w or W+, if wanted on the noise maps, and then,
/// if wanted, on the generator's weights (pivotal tuning, Roich et al. 2021). Pictures of a batch do not influence each other's codes; tuned weights fit all of them.
/// The noise maps of a single picture become part of its tuned weights, so that a model with these gives the picture by its code alone.
/// </summary>
/// <param name="model">The model; its weights are as before when a call returns.</param>
/// <param name="config">How to invert.</param>
/// <param name="features">Feature maps of images <c>[N, 3, R, R]</c> in [-1, 1] for a perceptual distance; null for none.</param>
public sealed class PictureInversion(SemanticModel model, InversionConfig config, Func<Tensor, IReadOnlyList<Tensor>>? features = null)
{
    private readonly InversionConfig config = config.Validate();

    /// <summary>Inverts a batch.</summary>
    /// <param name="images">The pictures <c>[N, 3, R, R]</c> in [-1, 1].</param>
    /// <param name="labels">Their masks <c>[N, R, R]</c> of class indices; null where there are none.</param>
    /// <param name="start">Where to begin, W+ <c>[N, base + 2K, D]</c>, for example an encoder's guess; the mean code where null.</param>
    /// <param name="progress">Counts steps and reports the loss.</param>
    /// <param name="watch">Sees every step, before it is taken, and the result.</param>
    /// <param name="stop">Cancels between steps.</param>
    /// <exception cref="InputException">Sizes that do not fit the model, or a learning rate that is too high.</exception>
    public InversionResult Invert(
        Tensor images, Tensor? labels = null, Tensor? start = null, IProgress<WorkProgress>? progress = null, Action<InversionStep>? watch = null, CancellationToken stop = default)
    {
        RequireFit(images, labels, start);
        using DisposeScope scope = NewDisposeScope();
        Target target = new(model, config, features, images, labels);
        Fitted fitted = new(model, config, target.Count, start);
        List<double[]> quality = [];
        void Watch(GeneratorOutput output)
        {
            quality.Add([.. PixelPyramidLoss.PeakSignalToNoise(output.Image, target.Images).cpu().data<float>().Select(v => (double)v)]);
            watch?.Invoke(new InversionStep(quality.Count - 1, fitted.Codes.detach(), output));
        }

        new LatentDescent(model.Generator, fitted.Parameters, config.Rate).Run("inverting", config.Steps, _ =>
        {
            GeneratorOutput output = model.Generator.Synthesize(fitted.Codes, fitted.Input);
            Watch(output);
            return target.Distance(output).Plus(fitted.Penalty(model.MeanLatent)).sum();
        }, progress, stop);
        fitted.Freeze();
        TunedWeights? tuned = null;
        if (config.TuneSteps > 0 || fitted.KeepsNoise) tuned = Tune(target, fitted, Watch, progress, stop);
        else Watch(Synthesize(fitted.Codes, fitted.Input));
        return new InversionResult(fitted.Codes.detach().clone().MoveToOuterDisposeScope(), fitted.KeepsNoise ? null : fitted.Noise?.Select(n => n.detach().clone().MoveToOuterDisposeScope()).ToArray(), tuned, quality);
    }

    // The codes stay, the weights move: all but the mapping network's, which the codes no longer pass. The result that is watched has the differences as they are stored.
    private TunedWeights Tune(Target target, Fitted fitted, Action<GeneratorOutput> watch, IProgress<WorkProgress>? progress, CancellationToken stop)
    {
        Dictionary<string, Tensor> before = Weights.Of(model.Generator).ToDictionary(w => w.Key, w => w.Value.detach().clone());
        string fingerprint = model.Fingerprint;
        Parameter[] moved = [.. model.Generator.named_parameters().Where(p => !p.name.StartsWith("mapping", StringComparison.Ordinal)).Select(p => p.parameter)];
        try
        {
            new LatentDescent(model.Generator, moved, _ => config.TuneLearningRate).Run("tuning", config.TuneSteps, _ =>
            {
                GeneratorOutput output = model.Generator.Synthesize(fitted.Codes, fitted.Input);
                watch(output);
                return target.Distance(output).mean();
            }, progress, stop);
            if (fitted.KeepsNoise) model.Generator.StoreNoise(fitted.Noise!);
            TunedWeights tuned = TunedWeights.Of(fingerprint, before, model.Generator);
            Weights.Load(model.Generator, before, "the model");
            tuned.AddTo(model.Generator);
            watch(Synthesize(fitted.Codes, fitted.KeepsNoise ? null : fitted.Input));
            return tuned;
        }
        finally
        {
            Weights.Load(model.Generator, before, "the model");
        }
    }

    private GeneratorOutput Synthesize(Tensor codes, SynthesisInput? input)
    {
        using IDisposable _ = no_grad();
        return model.Generator.Synthesize(codes, input);
    }

    private void RequireFit(Tensor images, Tensor? labels, Tensor? start)
    {
        int r = model.Config.ImageSize, slots = model.Config.LatentSlots, d = model.Config.StyleSize;
        static string Text(Tensor t) => $"[{string.Join(", ", t.shape)}]";
        if (images.shape is not [> 0, 3, var h, var w] || h != r || w != r) throw new InputException($"pictures of shape {Text(images)}, expected [N, 3, {r}, {r}].");
        long n = images.shape[0];
        if (labels is not null && !labels.shape.AsSpan().SequenceEqual([n, r, r])) throw new InputException($"masks of shape {Text(labels)}, expected [{n}, {r}, {r}].");
        if (start is not null && !start.shape.AsSpan().SequenceEqual([n, slots, d])) throw new InputException($"first codes of shape {Text(start)}, expected [{n}, {slots}, {d}] (W+).");
    }

    /// <summary>What is aimed at, and how far an output is from it.</summary>
    private sealed class Target
    {
        private readonly InversionConfig config;
        private readonly Func<Tensor, IReadOnlyList<Tensor>>? features;
        private readonly IReadOnlyList<Tensor>? wanted;
        private readonly Tensor? mask, balance;

        internal Target(SemanticModel model, InversionConfig config, Func<Tensor, IReadOnlyList<Tensor>>? features, Tensor images, Tensor? labels)
        {
            (this.config, this.features) = (config, config.FeatureWeight > 0 ? features : null);
            Device device = model.Generator.Device;
            Images = images.to(device);
            if (labels is not null && config.MaskWeight > 0) mask = (MaskTensors.OneHot(labels.to(device), model.Config.Parts) + Constant(1)) / Constant(2);
            balance = mask is null ? null : MaskFitLoss.Balance(mask);
            using IDisposable _ = no_grad();
            wanted = this.features?.Invoke(Images);
        }

        internal Tensor Images { get; }

        internal long Count => Images.shape[0];

        // [N]
        internal Tensor Distance(GeneratorOutput output)
        {
            Tensor distance = PixelPyramidLoss.Compute(output.Image, Images) * Constant(config.PixelWeight);
            if (features is not null) distance = distance.Plus(FeatureDistance.Compute(features(output.Image), wanted!) * Constant(config.FeatureWeight));
            if (mask is not null) distance = distance.Plus(MaskFitLoss.Compute(output, mask, weights: balance) * Constant(config.MaskWeight));
            return distance;
        }
    }

    /// <summary>What is looked for: codes, and noise maps where they are fitted.</summary>
    private sealed class Fitted
    {
        private readonly InversionConfig config;
        private readonly LatentCode latents;
        private readonly Parameter codes; // [N, D] or [N, base + 2K, D]

        internal Fitted(SemanticModel model, InversionConfig config, long count, Tensor? start)
        {
            (this.config, latents) = (config, model.Generator.Latents);
            Tensor first = start?.detach().to(model.Generator.Device) ?? latents.Broadcast(model.MeanLatent.expand(count, -1));
            codes = new Parameter((config.Space == LatentSpace.W ? first.mean([1]) : first).contiguous().clone(), true);
            // Fitted maps begin at zero, where their penalty is least.
            if (config.FitNoise) Noise = [.. model.Generator.NoiseSizes.Select(size => (Tensor)new Parameter(zeros(count, 1, size, size, device: codes.device), true))];
        }

        internal IReadOnlyList<Tensor>? Noise { get; }

        /// <summary>The maps of a single picture are kept with the tuned weights, in place of the stored ones.</summary>
        internal bool KeepsNoise => Noise is not null && codes.shape[0] == 1;

        internal Parameter[] Parameters => [codes, .. Noise?.Cast<Parameter>() ?? []];

        internal Tensor Codes => config.Space == LatentSpace.W ? latents.Broadcast(codes) : codes;

        internal SynthesisInput Input => new() { Noise = Noise };

        // [N]
        internal Tensor Penalty(Tensor mean)
        {
            Tensor penalty = (Codes - mean).pow(Constant(2)).mean([1, 2]) * Constant(config.MeanWeight);
            foreach (Tensor map in Noise ?? []) penalty = penalty.Plus(map.pow(Constant(2)).mean([1, 2, 3]) * Constant(config.NoiseWeight));
            return penalty;
        }

        internal void Freeze()
        {
            foreach (Parameter p in Parameters) p.requires_grad = false;
        }
    }
}
