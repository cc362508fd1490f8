using SemanticStyleGan.Distributed;
using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>The four phases of the paper's training in their order: D, R1, G, path length.</summary>
internal sealed class PaperPhases(TrainingConfig config, TrainedNetworks networks, ProcessGroup group, Parser? parser = null) : AdversarialPhases(config, networks, parser)
{
    private readonly TrainingConfig config = config;
    private readonly TrainedNetworks networks = networks;

    internal PaperPhases(TrainingState state, ProcessGroup group, Parser? parser = null) : this(state.Config, TrainedNetworks.Of(state), group, parser) { }

    /// <inheritdoc/>
    protected override IEnumerable<Phase> LazyPhases =>
        [new("path_length", config.PathLength > 0 ? config.PathLengthInterval : 0, [networks.Generator], [networks.GeneratorAdam], PathLength) { From = GeneratorFrom }];

    /// <inheritdoc/>
    protected override IEnumerable<Phase> LastPhases =>
        networks is { Encoder: { } encoder, EncoderAdam: { } adam } ? new ReconstructionPhase(config, networks, encoder, group, Parser).Phases(adam) : [];

    protected override Tensor Discriminating(Tensor logits, bool real) => real ? AdversarialLoss.Real(logits) : AdversarialLoss.Fake(logits);

    protected override Tensor Deceiving(Tensor generated) => AdversarialLoss.Generator(generated);

    protected override Tensor Regularisation(Tensor code, GeneratorOutput fake, StepInput step)
    {
        Tensor consistency = MaskConsistencyLoss.Compute(fake.CoarseMask, fake.Mask);
        step.Note("mask_consistency", consistency.to(ScalarType.Float64).item<double>());
        Tensor loss = consistency * Constant(config.MaskConsistency);
        if (config.BalancedMasks > 0)
        {
            Tensor balanced = BalancedMaskLoss.Compute(fake.Depths, fake.Mask);
            step.Note("balanced_masks", balanced.to(ScalarType.Float64).item<double>());
            loss = loss.Plus(balanced * Constant(config.BalancedMasks));
        }
        if (config.Coverage == 0 || step.Mask is not { } real) return loss;
        Tensor coverage = CoverageLoss.Compute(fake.Depths, real);
        step.Note("coverage", coverage.to(ScalarType.Float64).item<double>());
        return loss.Plus(coverage * Constant(config.Coverage));
    }

    // The penalty compares every length with a mean over the batch, which must be known before the first gradient.
    private IEnumerable<Tensor> PathLength(IReadOnlyList<StepInput> slices)
    {
        int samples = Math.Max(1, config.BatchSize / config.PathLengthBatchShrink);
        // One slice keeps its graph; several are computed twice, so that one graph at a time is in memory.
        PathLengths? kept = slices.Count == 1 ? Lengths(slices[0], samples) : null;
        double sum = slices.Count == 1 ? Sum(kept) : slices.Sum(s => SumOfLengths(s, samples));
        double batchMean = group.Sum(sum) / samples;
        double mean = PathLengthPenalty.NewMean(networks.PathLengthMean.to(ScalarType.Float64).item<double>(), batchMean);
        networks.PathLengthMean.fill_(Constant(mean));
        foreach (StepInput step in slices)
        {
            step.Note("path_length_mean", batchMean);
            if ((kept ?? Lengths(step, samples)) is not { } lengths) continue;
            double share = (double)lengths.Values.shape[0] * step.Slice.Count / samples;
            Tensor penalty = PathLengthPenalty.Penalty(lengths.Values, mean, batchMean) * Constant(config.PathLength * config.PathLengthInterval * share);
            foreach (Tensor loss in lengths.Losses(penalty)) yield return loss;
        }
    }

    private double SumOfLengths(StepInput step, int samples)
    {
        using DisposeScope scope = NewDisposeScope();
        double sum = Sum(Lengths(step, samples, forGradients: false));
        step.Random.Restart();
        return sum;
    }

    private static double Sum(PathLengths? lengths) => lengths?.Values.sum().to(ScalarType.Float64).item<double>() ?? 0;

    // Null where none of the samples is in the slice.
    private PathLengths? Lengths(StepInput step, int samples, bool forGradients = true)
    {
        int count = step.Slice.SamplesOf(samples);
        if (count == 0) return null;
        Tensor codes;
        // The penalty does not reach the mapping network, so its graph is not needed.
        using (no_grad()) codes = Latents.Expand(RandomCode(step, count)).contiguous();
        Tensor[] maps = Noise(step, count);
        int size = config.Generator.ImageSize;
        return networks.PathLengths(codes.requires_grad_(), maps, step.Random.Normal(count, 3, size, size).to(codes.device), forGradients);
    }
}
