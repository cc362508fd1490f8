using SemanticStyleGan.Distributed;
using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>The four phases of the paper's training in their order: D, R1, G, path length.</summary>
internal sealed class PaperPhases(TrainingConfig config, TrainedNetworks networks, ProcessGroup group, Parser? parser = null)
{
    private readonly LatentCode latents = new(config.Generator);

    internal PaperPhases(TrainingState state, ProcessGroup group, Parser? parser = null) : this(state.Config, TrainedNetworks.Of(state), group, parser) { }

    /// <summary>The phases.</summary>
    internal IReadOnlyList<Phase> All =>
    [
        new("discriminator", 1, networks.Discriminator, networks.DiscriminatorAdam, DiscriminatorLoss),
        new("r1", config.R1Image > 0 || config.R1Mask > 0 ? config.R1Interval : 0, networks.Discriminator, networks.DiscriminatorAdam, R1),
        new("generator", 1, networks.Generator, networks.GeneratorAdam, GeneratorLoss),
        new("path_length", config.PathLength > 0 ? config.PathLengthInterval : 0, networks.Generator, networks.GeneratorAdam, PathLength),
    ];

    private Tensor DiscriminatorLoss(StepInput step)
    {
        GeneratorOutput fake;
        using (no_grad()) fake = Synthesize(RandomCode(step, step.Count), step);
        Tensor real = Judge(step, step.Image, step.Mask);
        Tensor generated = Judge(step, fake.Image, Seen(fake));
        step.Note("real_logit", real.mean().item<float>());
        step.Note(AdaptiveAugmentation.Signal, real.sign().mean().item<float>());
        step.Note("fake_logit", generated.mean().item<float>());
        return AdversarialLoss.Discriminator(real, generated);
    }

    private Tensor R1(StepInput step)
    {
        // The penalty holds where the discriminator looks: its inputs are augmented first, then take gradients.
        (Tensor image, Tensor? mask) = Augment(step, step.Image, step.Mask);
        image = image.detach().requires_grad_();
        mask = mask?.detach().requires_grad_();
        (Tensor onImage, Tensor? onMask) = GradientPenalty.Compute(networks.Judge(image, mask), image, mask);
        step.Note("r1_image", onImage.item<float>());
        if (onMask is null) return onImage * (config.R1Image / 2 * config.R1Interval);
        step.Note("r1_mask", onMask.item<float>());
        return (onImage * (config.R1Image / 2) + onMask * (config.R1Mask / 2)) * config.R1Interval;
    }

    private Tensor GeneratorLoss(StepInput step)
    {
        GeneratorOutput fake = Synthesize(RandomCode(step, step.Count), step);
        Tensor adversarial = AdversarialLoss.Generator(Judge(step, fake.Image, Seen(fake)));
        Tensor consistency = MaskConsistencyLoss.Compute(fake.CoarseMask, fake.Mask);
        step.Note("adversarial", adversarial.item<float>());
        step.Note("mask_consistency", consistency.item<float>());
        Tensor loss = adversarial + consistency * config.MaskConsistency;
        if (parser is null) return loss;
        Tensor agreement = ParserAgreementLoss.Compute(parser.Logits(fake.Image), fake.Mask);
        step.Note("parser_agreement", agreement.item<float>());
        return loss + agreement * config.ParserAgreement;
    }

    private Tensor? Seen(GeneratorOutput fake) => config.ImageOnly ? null : fake.Mask;

    // The penalty compares every length with a mean over the batch, which must be known before the first gradient.
    private IEnumerable<Tensor> PathLength(IReadOnlyList<StepInput> slices)
    {
        int samples = Math.Max(1, config.BatchSize / config.PathLengthBatchShrink);
        // One slice keeps its graph; several are computed twice, so that one graph at a time is in memory.
        Tensor? kept = slices.Count == 1 ? PathLengths(slices[0], samples) : null;
        double sum = kept is null ? slices.Sum(s => SumOfPathLengths(s, samples)) : kept.sum().item<float>();
        double batchMean = group.Sum(sum) / samples;
        double mean = PathLengthPenalty.NewMean(networks.PathLengthMean.item<float>(), batchMean);
        networks.PathLengthMean.fill_(mean);
        foreach (StepInput step in slices)
        {
            step.Note("path_length_mean", batchMean);
            if ((kept ?? PathLengths(step, samples)) is not { } lengths) continue;
            double share = (double)lengths.shape[0] * step.Slice.Count / samples;
            yield return PathLengthPenalty.Penalty(lengths, mean, batchMean) * (config.PathLength * config.PathLengthInterval * share);
        }
    }

    private double SumOfPathLengths(StepInput step, int samples)
    {
        using DisposeScope scope = NewDisposeScope();
        double sum = PathLengths(step, samples, forGradients: false)?.sum().item<float>() ?? 0;
        step.Random.Restart();
        return sum;
    }

    // Null where none of the samples is in the slice.
    private Tensor? PathLengths(StepInput step, int samples, bool forGradients = true)
    {
        int count = step.Slice.SamplesOf(samples);
        if (count == 0) return null;
        Tensor codes;
        // The penalty does not reach the mapping network, so its graph is not needed.
        using (no_grad()) codes = latents.Expand(RandomCode(step, count)).contiguous();
        codes.requires_grad_();
        Tensor image = Synthesize(codes, step).Image;
        return PathLengthPenalty.Lengths(image, codes, step.Random.Normal(count, image.shape.AsSpan(1)).to(image.device), forGradients);
    }

    private Tensor Judge(StepInput step, Tensor image, Tensor? mask)
    {
        (image, mask) = Augment(step, image, mask);
        return networks.Judge(image, mask);
    }

    private (Tensor Image, Tensor? Mask) Augment(StepInput step, Tensor image, Tensor? mask) => networks.Augmentation?.Apply(image, mask, step.Random) ?? (image, mask);

    private GeneratorOutput Synthesize(Tensor code, StepInput step)
    {
        Tensor[] noise = [.. networks.NoiseSizes.Select(size => step.Random.Normal((int)code.shape[0], 1, size, size).to(networks.PathLengthMean.device))];
        return networks.Synthesize(code, new SynthesisInput { Noise = noise });
    }

    // w, or W+ of two w in some of the batches.
    private Tensor RandomCode(StepInput step, int count)
    {
        Tensor first = RandomW(step, count);
        if (step.Random.Shared() >= config.StyleMixing) return first;
        Tensor choice = (step.Random.Uniform(count, config.Generator.Parts) * 3).floor().to(first.device);
        return latents.Mix(first, RandomW(step, count), choice);
    }

    private Tensor RandomW(StepInput step, int count) =>
        networks.Map(step.Random.Normal(count, config.Generator.StyleSize).to(networks.PathLengthMean.device));
}
