using SemanticStyleGan.Distributed;
using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>The phases that every architecture has, D, R1 and G in this order; their losses are the architecture's.</summary>
internal abstract class AdversarialPhases(TrainingConfig config, TrainedNetworks networks, Parser? parser)
{
    private const int AgreementInterval = 2;

    /// <summary>Reads pictures for losses; null where no loss asks for it.</summary>
    protected Parser? Parser => parser;

    /// <summary>The structure of codes.</summary>
    protected LatentCode Latents { get; } = new(config.Generator);

    /// <summary>The phases of a run.</summary>
    internal static IReadOnlyList<Phase> Of(TrainingState state, ProcessGroup group, Parser? parser, CompositionalGenerator? source = null) => state.Generator is MaskStyleGenerator generator
        ? new MaskStylePhases(state.Config, TrainedNetworks.Of(state), generator, parser).All
        : new PaperPhases(state.Config, TrainedNetworks.Of(state, source), group, parser).All;

    /// <summary>The phases.</summary>
    internal IReadOnlyList<Phase> All => config.MasksOnly ? [new("mask_reading", 1, [networks.Generator], [networks.GeneratorAdam], MaskReading)] :
    [
        networks is { Projected: { } projected, ProjectedAdam: { } adam }
            ? new("discriminator", 1, [networks.Discriminator, projected], [networks.DiscriminatorAdam, adam], DiscriminatorLosses) { From = config.Reconstruction.DiscriminatorFrom }
            : new("discriminator", 1, [networks.Discriminator], [networks.DiscriminatorAdam], DiscriminatorLosses) { From = config.Reconstruction.DiscriminatorFrom },
        new("r1", config.R1Image > 0 || config.R1Mask > 0 ? config.R1Interval : 0, [networks.Discriminator], [networks.DiscriminatorAdam], R1) { From = config.Reconstruction.DiscriminatorFrom },
        new("generator", 1, [networks.Generator], [networks.GeneratorAdam], GeneratorLoss) { From = GeneratorFrom },
        .. LazyPhases,
        new("parser_agreement", config.ParserAgreement > 0 ? AgreementInterval : 0, [networks.Generator], [networks.GeneratorAdam], ParserAgreement) { From = GeneratorFrom },
        new("edit_locality", config.EditLocality > 0 ? config.EditLocalityInterval : 0, [networks.Generator], [networks.GeneratorAdam], EditLocality) { From = config.Reconstruction.DiscriminatorFrom > 0 ? config.Reconstruction.EncoderFirst : GeneratorFrom },
        new("keep_parts", config.KeepParts > 0 ? config.KeepPartsInterval : 0, [networks.Generator], [networks.GeneratorAdam], KeepParts) { From = GeneratorFrom },
        .. LastPhases,
    ];

    /// <summary>Images seen before the discriminator's judgement moves the generator.</summary>
    protected long GeneratorFrom => Math.Max(Math.Max(config.DiscriminatorFirst, config.Reconstruction.EncoderFirst), config.Reconstruction.DiscriminatorFrom);

    /// <summary>Phases of the architecture that not every iteration has.</summary>
    protected virtual IEnumerable<Phase> LazyPhases => [];

    /// <summary>Phases of the architecture after all others.</summary>
    protected virtual IEnumerable<Phase> LastPhases => [];

    /// <summary>The discriminator's half of its loss for real or for generated pictures, a scalar, of logits <c>[N, 1]</c>.</summary>
    protected abstract Tensor Discriminating(Tensor logits, bool real);

    /// <summary>The adversarial loss of the generator, a scalar, of logits <c>[N, 1]</c>.</summary>
    protected abstract Tensor Deceiving(Tensor generated);

    /// <summary>What the generator's loss has besides, weighted, a scalar.</summary>
    protected abstract Tensor Regularisation(Tensor code, GeneratorOutput fake, StepInput step);

    // First real pictures, then generated ones: one graph at a time is in memory.
    private IEnumerable<Tensor> DiscriminatorLosses(StepInput step)
    {
        Tensor image;
        Tensor? mask;
        using (no_grad())
        {
            GeneratorOutput fake = Synthesize(RandomCode(step, step.Count), step);
            (image, mask) = (fake.Image.DetachFromDisposeScope(), Seen(fake)?.DetachFromDisposeScope());
        }
        try
        {
            yield return Half(step.Image, step.Mask, real: true);
            yield return Half(image, mask, real: false);
        }
        finally
        {
            image.Dispose();
            mask?.Dispose();
        }

        Tensor Half(Tensor image, Tensor? mask, bool real)
        {
            (Tensor logits, Tensor? patches) = Judge(step, image, mask);
            step.Note(real ? "real_logit" : "fake_logit", logits.mean().to(ScalarType.Float64).item<double>());
            if (real) step.Note(AdaptiveAugmentation.Signal, logits.sign().mean().to(ScalarType.Float64).item<double>());
            Tensor loss = Discriminating(logits, real);
            if (patches is null) return loss;
            Tensor projected = real ? HingeLoss.Real(patches) : HingeLoss.Fake(patches);
            step.Note("projected", projected.to(ScalarType.Float64).item<double>());
            return loss.Plus(projected);
        }
    }

    private IEnumerable<Tensor> R1(StepInput step)
    {
        // The penalty holds where the discriminator looks: its inputs are augmented first.
        (Tensor image, Tensor? mask) = Augment(step, step.Image, step.Mask);
        GradientPenalty penalty = networks.Penalize(image, mask, config.R1Image * config.R1Interval, config.R1Mask * config.R1Interval);
        step.Note("r1_image", penalty.Image);
        if (penalty.Mask is { } onMask) step.Note("r1_mask", onMask);
        return penalty.Losses;
    }

    private Tensor GeneratorLoss(StepInput step)
    {
        Tensor code = RandomCode(step, step.Count);
        GeneratorOutput fake = Synthesize(code, step);
        (Tensor logits, Tensor? patches) = Judge(step, fake.Image, Seen(fake));
        Tensor adversarial = Deceiving(logits);
        step.Note("adversarial", adversarial.to(ScalarType.Float64).item<double>());
        Tensor loss = adversarial.Plus(Regularisation(code, fake, step));
        if (patches is null) return loss;
        Tensor projected = HingeLoss.Generator(patches);
        step.Note("projected_adversarial", projected.to(ScalarType.Float64).item<double>());
        return loss.Plus(projected * Constant(config.Projected));
    }

    private Tensor ParserAgreement(StepInput step)
    {
        GeneratorOutput fake = Synthesize(RandomCode(step, step.Count), step);
        Tensor loss = ParserAgreementLoss.Compute(parser!.Logits(fake.Image), fake.Mask);
        step.Note("parser_disagreement", loss.to(ScalarType.Float64).item<double>());
        return loss * Constant(config.ParserAgreement * AgreementInterval);
    }

    private Tensor MaskReading(StepInput step)
    {
        GeneratorOutput fake = Synthesize(RandomCode(step, step.Count), step);
        return MaskReadingLoss.Compute(parser!.Logits(fake.Image.detach()), fake.Mask);
    }

    // One part of each sample gets the codes of another sample, as an edit would give them.
    private Tensor EditLocality(StepInput step)
    {
        int n = step.Count;
        Device device = networks.PathLengthMean.device;
        Tensor codes = Latents.Broadcast(EditedW(step)), others = networks.Encoder is null ? Latents.Broadcast(RandomW(step, n)) : codes.roll(1, 0);
        Tensor part = EditedPart(step).to(device);                                                                      // [N, 1]
        Tensor slots = cat([part * Constant(2), part * Constant(2) + Constant(1)], 1) + Constant(config.Generator.BaseLayers);
        Tensor edited = zeros([n, config.Generator.LatentSlots], ScalarType.Bool, device).scatter(1, slots, ones_like(slots, ScalarType.Bool));
        Tensor[] noise = [.. Noise(step, n).Select(map => cat([map, map], 0))];
        // Parts would otherwise rather vanish than have their surroundings stay.
        GeneratorOutput pair = networks.SynthesizeHoldingDepths(cat([codes, where(edited.unsqueeze(2), others, codes)], 0), new SynthesisInput { Noise = noise });
        Tensor of = pair.Mask.argmax(1) == cat([part, part], 0).unsqueeze(2);                                          // [2N, R, R]
        Tensor place = EditLocalityLoss.Place(of.narrow(0, 0, n), of.narrow(0, n, n)).to(pair.Image.dtype);
        Tensor loss = EditLocalityLoss.Compute(pair.Image.narrow(0, 0, n), pair.Image.narrow(0, n, n), place);
        step.Note("edits_elsewhere", loss.to(ScalarType.Float64).item<double>());
        return loss * Constant(config.EditLocality * config.EditLocalityInterval);
    }

    // Codes of real pictures where there are any: nothing but reconstruction keeps pictures right before the discriminator judges, and codes that it doesn't see would lose all parts but one.
    private Tensor EditedW(StepInput step)
    {
        if (networks.Encoder is not { } encoder || step.Mask is not { } mask) return RandomW(step, step.Count);
        Tensor z;
        using (no_grad()) z = encoder.Whiten(PosteriorEncoder.Draw(encoder.Forward(step.Image, mask), step.Random.Normal(step.Count, config.Generator.StyleSize).to(networks.PathLengthMean.device)));
        return networks.Map(z);
    }

    private Tensor EditedPart(StepInput step)
    {
        Tensor chance = step.Random.Uniform(step.Count, 1);
        if (networks.Encoder is null || step.Mask is null) return (chance * Constant(config.Generator.Parts)).to(ScalarType.Int64);
        Tensor seen = step.Mask.gt(Constant(0)).any(3).any(2).cpu(); // [N, K]; the codes that take their place are rolled likewise
        return EditLocalityLoss.Choose(seen.logical_or(seen.roll(1, 0)), chance, networks.EditedFirst);
    }

    // Each part claims by its own depth where the source draws it for the same code, all parts counting alike: large ones may move a little, small ones must not vanish.
    private Tensor KeepParts(StepInput step)
    {
        Tensor code = RandomCode(step, step.Count);
        Tensor before;
        using (no_grad()) before = networks.Source!.Synthesize(code).Mask;
        Tensor loss = BalancedMaskLoss.Compute(Synthesize(code, step).Depths, before);
        step.Note("parts_lost", loss.to(ScalarType.Float64).item<double>());
        return loss * Constant(config.KeepParts * config.KeepPartsInterval);
    }

    private Tensor? Seen(GeneratorOutput fake) => config.ImageOnly ? null : fake.Mask;

    // Patches are what the projected discriminator says, where there is one; both see the same augmented pair.
    private (Tensor Logits, Tensor? Patches) Judge(StepInput step, Tensor image, Tensor? mask)
    {
        (image, mask) = Augment(step, image, mask);
        return (networks.Judge(image, mask), networks.Projected?.Forward(image, mask));
    }

    private (Tensor Image, Tensor? Mask) Augment(StepInput step, Tensor image, Tensor? mask) => networks.Augmentation?.Apply(image, mask, step.Random) ?? (image, mask);

    /// <summary>Pictures of a code with random noise.</summary>
    protected GeneratorOutput Synthesize(Tensor code, StepInput step) => networks.Synthesize(code, new SynthesisInput { Noise = Noise(step, (int)code.shape[0]) });

    /// <summary>Random noise maps for pictures.</summary>
    protected Tensor[] Noise(StepInput step, int count) =>
        [.. networks.NoiseSizes.Select(size => step.Random.Normal(count, 1, size, size).to(networks.PathLengthMean.device))];

    /// <summary>w, or W+ of two w in some of the batches.</summary>
    protected Tensor RandomCode(StepInput step, int count)
    {
        Tensor first = RandomW(step, count);
        if (step.Random.Shared() >= config.StyleMixing) return first;
        Tensor choice = (step.Random.Uniform(count, config.Generator.Parts) * Constant(3)).floor().to(first.device);
        return Latents.Mix(first, RandomW(step, count), choice);
    }

    private Tensor RandomW(StepInput step, int count) =>
        networks.Map(step.Random.Normal(count, config.Generator.StyleSize).to(networks.PathLengthMean.device));
}
