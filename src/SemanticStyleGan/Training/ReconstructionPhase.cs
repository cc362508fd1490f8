using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Optimization;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>Real pictures through a code and back: the encoder guesses z, the generator makes the picture and its mask again (<see cref="ReconstructionLoss"/>).</summary>
internal sealed class ReconstructionPhase(TrainingConfig config, TrainedNetworks networks, PosteriorEncoder encoder, Adam encoderAdam, Parser? parser)
{
    internal Phase Phase => new("reconstruction", 1, [networks.Generator, encoder], [networks.GeneratorAdam, encoderAdam], Loss);

    private Tensor Loss(StepInput step)
    {
        Device device = networks.PathLengthMean.device;
        Tensor mask = step.Mask!;
        (Tensor mean, Tensor logVariance) = encoder.Forward(step.Image, mask);
        Tensor deviation = (logVariance * Constant(0.5)).exp();
        Tensor z = mean.Plus(deviation * step.Random.Normal(step.Count, config.Generator.StyleSize).to(device));
        Tensor[] noise = [.. networks.NoiseSizes.Select(size => step.Random.Normal(step.Count, 1, size, size).to(device))];
        GeneratorOutput output = networks.Synthesize(networks.Map(z), new SynthesisInput { Noise = noise });
        Tensor distance = ReconstructionLoss.Compute(output, step.Image, mask, parser), divergence = ReconstructionLoss.Divergence(mean, logVariance);
        step.Note("reconstruction_distance", distance.to(ScalarType.Float64).item<double>());
        step.Note("reconstruction_psnr", PixelPyramidLoss.PeakSignalToNoise(output.Image, step.Image).mean().to(ScalarType.Float64).item<double>());
        step.Note("divergence", divergence.to(ScalarType.Float64).item<double>());
        return distance.Plus(divergence * Constant(config.Divergence)) * Constant(config.Reconstruction);
    }
}
