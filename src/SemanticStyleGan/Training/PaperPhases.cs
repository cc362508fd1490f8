using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>The four phases of the paper's training in their order: D, R1, G, path length.</summary>
internal sealed class PaperPhases(TrainingConfig config, TrainedNetworks networks)
{
    private readonly LatentCode latents = new(config.Generator);

    internal PaperPhases(TrainingState state) : this(state.Config, TrainedNetworks.Of(state)) { }

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
        using (no_grad()) fake = Synthesize(RandomCode(step.Image.shape[0], step.Random), step.Random);
        Tensor real = networks.Judge(step.Image, step.Mask);
        Tensor generated = networks.Judge(fake.Image, fake.Mask);
        step.Note("real_logit", real.mean());
        step.Note("fake_logit", generated.mean());
        return AdversarialLoss.Discriminator(real, generated);
    }

    private Tensor R1(StepInput step)
    {
        Tensor image = step.Image.detach().requires_grad_(), mask = step.Mask.detach().requires_grad_();
        (Tensor onImage, Tensor? onMask) = GradientPenalty.Compute(networks.Judge(image, mask), image, mask);
        step.Note("r1_image", onImage);
        step.Note("r1_mask", onMask!);
        return (onImage * (config.R1Image / 2) + onMask! * (config.R1Mask / 2)) * config.R1Interval;
    }

    private Tensor GeneratorLoss(StepInput step)
    {
        GeneratorOutput fake = Synthesize(RandomCode(step.Image.shape[0], step.Random), step.Random);
        Tensor adversarial = AdversarialLoss.Generator(networks.Judge(fake.Image, fake.Mask));
        Tensor consistency = MaskConsistencyLoss.Compute(fake.CoarseMask, fake.Mask);
        step.Note("adversarial", adversarial);
        step.Note("mask_consistency", consistency);
        return adversarial + consistency * config.MaskConsistency;
    }

    private Tensor PathLength(StepInput step)
    {
        long count = Math.Max(1, step.Image.shape[0] / config.PathLengthBatchShrink);
        Tensor codes;
        // The penalty does not reach the mapping network, so its graph is not needed.
        using (no_grad()) codes = latents.Expand(RandomCode(count, step.Random)).contiguous();
        codes.requires_grad_();
        Tensor image = Synthesize(codes, step.Random).Image;
        Tensor noise = randn(image.shape, generator: step.Random).to(image.device);
        (Tensor lengths, Tensor mean, Tensor penalty) = PathLengthPenalty.Compute(image, codes, noise, networks.PathLengthMean);
        networks.PathLengthMean.copy_(mean);
        step.Note("path_length_mean", lengths.mean());
        return penalty * (config.PathLength * config.PathLengthInterval);
    }

    private GeneratorOutput Synthesize(Tensor code, Generator random) =>
        networks.Synthesize(code, new SynthesisInput { Noise = networks.RandomNoise(code.shape[0], random) });

    // w, or W+ of two w in some of the batches.
    private Tensor RandomCode(long count, Generator random)
    {
        Tensor first = RandomW(count, random);
        using Tensor draw = rand(1, generator: random);
        return draw.item<float>() < config.StyleMixing ? latents.Mix(first, RandomW(count, random), random) : first;
    }

    private Tensor RandomW(long count, Generator random) =>
        networks.Map(randn([count, config.Generator.StyleSize], generator: random).to(networks.PathLengthMean.device));
}
