using SemanticStyleGan.Distributed;
using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Optimization;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>Real pictures through a code and back: the encoder guesses z, the generator makes the picture and its mask again (<see cref="ReconstructionLoss"/>).</summary>
internal sealed class ReconstructionPhase(TrainingConfig config, TrainedNetworks networks, PosteriorEncoder encoder, ProcessGroup group, Parser? parser)
{
    /// <summary>The encoder alone at first, then with the generator.</summary>
    internal IEnumerable<Phase> Phases(Adam encoderAdam) =>
    [
        new("encoder", config.Reconstruction.EncoderFirst > 0 ? 1 : 0, [encoder], [encoderAdam], Losses) { Until = config.Reconstruction.EncoderFirst },
        new("reconstruction", config.Reconstruction.Interval, [networks.Generator, encoder], [networks.GeneratorAdam, encoderAdam], Losses) { From = config.Reconstruction.EncoderFirst },
    ];

    // What the batch's codes are like is known at its end, and holds for the next one.
    private IEnumerable<Tensor> Losses(IReadOnlyList<StepInput> slices)
    {
        int size = config.Generator.StyleSize;
        using Tensor sums = zeros([1 + size, size], device: networks.PathLengthMean.device).DetachFromDisposeScope();
        foreach (StepInput step in slices) yield return Loss(step, sums);
        group.Sum(sums);
        encoder.Observe(sums, config.BatchSize);
    }

    private Tensor Loss(StepInput step, Tensor sums)
    {
        Device device = networks.PathLengthMean.device;
        Tensor mask = step.Mask!;
        (Tensor mean, Tensor logVariance) = encoder.Forward(step.Image, mask);
        Tensor codes = PosteriorEncoder.Draw((mean, logVariance), step.Random.Normal(step.Count, config.Generator.StyleSize).to(device));
        using (no_grad()) sums.add_(cat([codes.sum([0], keepdim: true), codes.T.mm(codes)], 0), Constant(1));
        Tensor[] noise = [.. networks.NoiseSizes.Select(map => step.Random.Normal(step.Count, 1, map, map).to(device))];
        GeneratorOutput output = networks.Synthesize(networks.Map(encoder.Whiten(codes)), new SynthesisInput { Noise = noise });
        Tensor distance = ReconstructionLoss.Compute(output, step.Image, mask, parser), divergence = ReconstructionLoss.Divergence(mean, logVariance);
        step.Note("reconstruction_distance", distance.to(ScalarType.Float64).item<double>());
        step.Note("reconstruction_psnr", PixelPyramidLoss.PeakSignalToNoise(output.Image, step.Image).mean().to(ScalarType.Float64).item<double>());
        step.Note("divergence", divergence.to(ScalarType.Float64).item<double>());
        return distance.Plus(divergence * Constant(config.Reconstruction.Divergence)) * Constant(config.Reconstruction.Weight * config.Reconstruction.Interval);
    }
}
