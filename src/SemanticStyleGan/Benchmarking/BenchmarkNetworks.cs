using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Optimization;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Benchmarking;

/// <summary>Both networks in our form or in the reference's, on the same numbers.</summary>
internal sealed class BenchmarkNetworks : IDisposable
{
    private readonly SemanticGenerator generator;
    private readonly DualBranchDiscriminator discriminator;
    private readonly nn.Module? average;
    private readonly TrainingConfig config;
    private readonly Tensor pathLengthMean = zeros([]).DetachFromDisposeScope();

    internal BenchmarkNetworks(TrainingConfig config, bool reference, bool withOptimizers)
    {
        this.config = config;
        generator = BenchmarkWeights.Generator(config.Generator);
        discriminator = BenchmarkWeights.Fill(new DualBranchDiscriminator(config.Discriminator, new Initializer(1, CPU)));
        if (withOptimizers) average = BenchmarkWeights.Generator(config.Generator);
        ReferenceGenerator? referenceGenerator = reference ? new(config.Generator, Weights.Of(generator)) : null;
        ReferenceDiscriminator? referenceDiscriminator = reference ? new(config.Discriminator, Weights.Of(discriminator)) : null;
        if (reference && average is SemanticGenerator own) average = new ReferenceGenerator(config.Generator, Weights.Of(own));
        foreach (Tensor parameter in average?.parameters() ?? []) parameter.requires_grad = false;
        (nn.Module g, nn.Module d) = reference ? ((nn.Module)referenceGenerator!, (nn.Module)referenceDiscriminator!) : (generator, discriminator);
        Trained = new TrainedNetworks
        {
            Generator = g,
            Discriminator = d,
            GeneratorAdam = new Adam(withOptimizers ? g : nn.Identity(), config.LearningRate, regularisationInterval: config.PathLengthInterval) { KeepsMeans = reference },
            DiscriminatorAdam = new Adam(withOptimizers ? d : nn.Identity(), config.LearningRate, regularisationInterval: config.R1Interval) { KeepsMeans = reference },
            PathLengthMean = pathLengthMean,
            Map = reference ? referenceGenerator!.Map : generator.Mapping.Forward,
            Synthesize = reference ? referenceGenerator!.Synthesize : generator.Synthesize,
            SynthesizeHoldingDepths = reference ? referenceGenerator!.Synthesize : generator.SynthesizeHoldingDepths,
            Judge = reference ? (image, mask) => referenceDiscriminator!.Forward(image, mask!) : (image, mask) => discriminator.Forward(image, mask),
            Penalize = reference
                ? (image, mask, imageWeight, maskWeight) => referenceDiscriminator!.Penalize(image, mask!, imageWeight, maskWeight)
                : (image, mask, imageWeight, maskWeight) => GradientPenalty.Compute(discriminator, image, mask, imageWeight, maskWeight),
            PathLengths = reference
                ? (codes, maps, noise, _) => referenceGenerator!.PathLengths(codes, maps, noise)
                : (codes, maps, noise, forGradients) => PathLengths.Compute(generator, codes, maps, noise, forGradients),
            NoiseSizes = generator.NoiseSizes,
        };
    }

    /// <summary>What the phases see.</summary>
    internal TrainedNetworks Trained { get; }

    /// <summary>Gradients by our names, of the network that has them.</summary>
    internal IEnumerable<KeyValuePair<string, Tensor>> Gradients()
    {
        foreach ((string name, Tensor weight) in generator.named_parameters())
            if (Of(Trained.Generator, name, weight) is { } gradient) yield return new($"generator.{name}", gradient);
        foreach ((string name, Tensor weight) in discriminator.named_parameters())
            if (Of(Trained.Discriminator, name, weight) is { } gradient) yield return new($"discriminator.{name}", gradient);
    }

    /// <summary>Moves the average of the generator as an iteration does.</summary>
    internal void UpdateAverage() => ExponentialMovingAverage.Update(average!, Trained.Generator, config.BatchSize, config.EmaHalfLifeImages);

    public void Dispose()
    {
        Trained.GeneratorAdam.Dispose();
        Trained.DiscriminatorAdam.Dispose();
        generator.Dispose();
        discriminator.Dispose();
        average?.Dispose();
        pathLengthMean.Dispose();
    }

    private static Tensor? Of(nn.Module network, string name, Tensor weight) => network switch
    {
        _ when !network.parameters().Any(p => p.grad is not null) => null,
        ReferenceGenerator g => g.Gradient(name),
        ReferenceDiscriminator d => d.Gradient(name),
        _ => weight.grad ?? zeros_like(weight),
    };
}
