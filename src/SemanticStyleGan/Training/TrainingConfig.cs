using System.Text.Json.Serialization;
using SemanticStyleGan.Networks;

namespace SemanticStyleGan.Training;

/// <summary>Everything that decides what a training run does; the defaults are the paper's (§4 and the authors' program).</summary>
public sealed record TrainingConfig
{
    /// <summary>The generator's sizes.</summary>
    public GeneratorConfig Generator { get; init; } = new();

    /// <summary>The discriminator's sizes.</summary>
    public DiscriminatorConfig Discriminator { get; init; } = new();

    /// <summary>Images in a step, over all ranks.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The run ends when the discriminator has seen so many real images.</summary>
    public long Images { get; init; } = 6_400_000;

    /// <summary>Seed of weights, order of data, latents and noise.</summary>
    public long Seed { get; init; }

    /// <summary>Adam's learning rate, before the correction for lazy regularisation.</summary>
    public double LearningRate { get; init; } = 0.002;

    /// <summary>The generator's own learning rate, where it is not <see cref="LearningRate"/>: a lower one gives a fresh discriminator time to follow.</summary>
    public double? GeneratorLearningRate { get; init; }

    /// <summary>Adam's decay of first moments, before the correction.</summary>
    public double Beta1 { get; init; }

    /// <summary>Adam's decay of second moments, before the correction.</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <summary>Weight of R1 on the image; its half is multiplied with the squared gradient.</summary>
    public double R1Image { get; init; } = 10;

    /// <summary>Weight of R1 on the mask.</summary>
    public double R1Mask { get; init; } = 1000;

    /// <summary>R1 is applied every so many iterations; 0 never.</summary>
    public int R1Interval { get; init; } = 16;

    /// <summary>Weight of the path length penalty.</summary>
    public double PathLength { get; init; } = 0.5;

    /// <summary>The path length penalty is applied every so many iterations; 0 never.</summary>
    public int PathLengthInterval { get; init; } = 4;

    /// <summary>The part of the batch that the path length penalty takes: one in so many samples.</summary>
    public int PathLengthBatchShrink { get; init; } = 2;

    /// <summary>Weight of the loss that keeps the final mask near the coarse one.</summary>
    public double MaskConsistency { get; init; } = 100;

    /// <summary>Weight of the loss that ties styles to masks (mask/style formulation).</summary>
    public double SemanticConsistency { get; init; }

    /// <summary>Weight of the loss that keeps masks apart (mask/style formulation).</summary>
    public double SemanticDiversity { get; init; }

    /// <summary>Probability that a batch mixes two codes.</summary>
    public double StyleMixing { get; init; } = 0.3;

    /// <summary>Half-life of the generator's exponential moving average, in images.</summary>
    public double EmaHalfLifeImages { get; init; } = 10_000;

    /// <summary>Early in a run the half-life is no more than this share of the images seen, so that the average forgets the first weights; 0 for none.</summary>
    public double EmaRampUp { get; init; }

    /// <summary>Whether half of the real samples are mirrored left to right, image and mask together.</summary>
    public bool Mirror { get; init; }

    /// <summary>Whether the local generators with their depth and feature heads stay as they are (adaptation: the parts stay disentangled).</summary>
    public bool FreezeLocalGenerators { get; init; }

    /// <summary>
    /// Whether only the render net's mask heads learn, and from nothing but what a parser reads in generated pictures (<see cref="Losses.MaskReadingLoss"/>): these stay what they
    /// are; local generators only.
    /// </summary>
    public bool MasksOnly { get; init; }

    /// <summary>The fingerprint of the model that the run begins with; null for fresh weights.</summary>
    public string? StartedFrom { get; init; }

    /// <summary>Whether the discriminator judges images without masks, so that data need none.</summary>
    [JsonIgnore]
    public bool ImageOnly => Discriminator.Parts == 0;

    /// <summary>Augmentation of what the discriminator sees, for small data sets; off by default, as in the paper.</summary>
    public AugmentationConfig Augmentation { get; init; } = new();

    /// <summary>So many of the discriminator's highest resolutions keep their weights (FreezeD), for fine-tuning; 0 for none.</summary>
    public int FreezeDiscriminator { get; init; }

    /// <summary>Until so many images were seen only the discriminator learns: one that begins fresh beside a trained generator would lead it astray; 0 for none.</summary>
    public long DiscriminatorFirst { get; init; }

    /// <summary>Samples with classes that fewer than this share of the data show are seen more often (<see cref="Data.ClassBalance"/>); 0 for the data's own frequencies.</summary>
    public double Balance { get; init; }

    /// <summary>Weight of the loss that a parser's reading of a generated image agrees with the generated mask; 0 for none.</summary>
    public double ParserAgreement { get; init; }

    /// <summary>Weight of the loss that keeps small and rare parts alive (<see cref="Losses.CoverageLoss"/>), 0 for the paper's objective; local generators only.</summary>
    public double Coverage { get; init; }

    /// <summary>Weight of the loss that every part claims what is drawn as it (<see cref="Losses.BalancedMaskLoss"/>), 0 for the paper's objective; local generators only.</summary>
    public double BalancedMasks { get; init; }

    /// <summary>Weight of the loss that edits of a part stay in it (<see cref="Losses.EditLocalityLoss"/>), 0 for the paper's objective.</summary>
    public double EditLocality { get; init; }

    /// <summary>That loss is applied every so many iterations.</summary>
    public int EditLocalityInterval { get; init; } = 4;

    /// <summary>Parts, separated by commas, that this loss edits in every picture that shows one of them, before or after; null for all alike. With <see cref="Reconstruction"/> only.</summary>
    public string? EditedFirst { get; init; }

    /// <summary>
    /// Weight of the loss that parts stay where the model that the run begins with draws them for the same code (<see cref="Losses.BalancedMaskLoss"/> with its masks), 0 for the
    /// paper's objective; local generators only.
    /// </summary>
    public double KeepParts { get; init; }

    /// <summary>That loss is applied every so many iterations.</summary>
    public int KeepPartsInterval { get; init; } = 4;

    /// <summary>Weight of the projected discriminator's hinge loss in the generator's (<see cref="Perception.ProjectedDiscriminator"/>), which judges beside the other; 0 for none.</summary>
    public double Projected { get; init; }

    /// <summary>Learning from reconstructions beside or before the discriminator; off by default.</summary>
    public ReconstructionConfig Reconstruction { get; init; } = new();

    /// <summary>The parser for <see cref="ParserAgreement"/>, <see cref="MasksOnly"/>, <see cref="Reconstruction"/> and <see cref="Projected"/>: a file, a run's folder or a bundled name; null for the bundled one.</summary>
    public string? Parser { get; init; }

    /// <summary>The paper's sizes for 512² faces.</summary>
    public static TrainingConfig CelebAMask512 { get; } = new TrainingConfig().WithGenerator(new GeneratorConfig());

    /// <summary>The paper's sizes for 256² faces.</summary>
    public static TrainingConfig CelebAMask256 { get; } = new TrainingConfig().WithGenerator(new GeneratorConfig { ImageSize = 256 });

    /// <summary>128² faces for a workstation or a small GPU.</summary>
    public static TrainingConfig Faces128 { get; } = new TrainingConfig
    {
        BatchSize = 16,
        R1Image = 1,
        R1Mask = 100,
        EmaRampUp = 0.1,
        Mirror = true,
        Augmentation = new AugmentationConfig { RampImages = 100_000 },
    }.WithGenerator(new GeneratorConfig
    {
        ImageSize = 128,
        StyleSize = 256,
        MappingLayers = 6,
        LocalLayers = 8,
        DepthLayers = 5,
        LocalChannels = 48,
        CoarseChannels = 128,
        CoarseSize = 32,
        MinFeatureSize = 8,
        ChannelMultiplier = 0.25,
        MaxChannels = 192,
    });

    /// <summary>64² faces, small enough to be trained on two cores.</summary>
    public static TrainingConfig Tiny64 { get; } = new TrainingConfig
    {
        BatchSize = 8,
        R1Image = 0.5,
        R1Mask = 50,
        PathLengthInterval = 8,
        EmaRampUp = 0.1,
        Mirror = true,
        Augmentation = new AugmentationConfig { RampImages = 50_000 },
        Images = 200_000,
    }.WithGenerator(new GeneratorConfig
    {
        ImageSize = 64,
        StyleSize = 128,
        MappingLayers = 4,
        LocalLayers = 8,
        DepthLayers = 5,
        LocalChannels = 32,
        CoarseChannels = 64,
        CoarseSize = 32,
        MinFeatureSize = 8,
        ChannelMultiplier = 0.125,
        MaxChannels = 128,
    });

    /// <summary>The presets by name.</summary>
    public static IReadOnlyDictionary<string, TrainingConfig> Presets { get; } = new Dictionary<string, TrainingConfig>
    {
        ["tiny64"] = Tiny64,
        ["faces128"] = Faces128,
        ["celebamask256"] = CelebAMask256,
        ["celebamask512"] = CelebAMask512,
    };

    /// <summary>This configuration with another generator and the discriminator that matches it, which sees masks where this one's does.</summary>
    public TrainingConfig WithGenerator(GeneratorConfig generator)
    {
        DiscriminatorConfig discriminator = DiscriminatorConfig.For(generator);
        return this with { Generator = generator, Discriminator = ImageOnly ? discriminator with { Parts = 0 } : discriminator };
    }

    /// <summary>
    /// The mask/style formulation with sizes that go with this configuration's: Adam with betas 0.5 and 0.999, both semantic losses, neither path length nor style mixing, and its
    /// learning rate of 1e-4 where this configuration has the paper's sizes; the small presets take three times theirs, as 1e-4 would take them far longer.
    /// </summary>
    /// <param name="maskSupervision">Whether the discriminator sees the masks too; otherwise it sees images only, and the parts are found without masks.</param>
    public TrainingConfig AsMaskStyle(bool maskSupervision)
    {
        TrainingConfig config = WithGenerator(Generator.AsMaskStyle());
        return config with
        {
            Discriminator = config.Discriminator with { Parts = maskSupervision ? Generator.Parts : 0 },
            LearningRate = Generator.ImageSize < 256 ? 3 * LearningRate : 1e-4,
            Beta1 = 0.5,
            Beta2 = 0.999,
            R1Mask = maskSupervision ? R1Mask : 0,
            PathLength = 0,
            MaskConsistency = 0,
            Coverage = 0,
            BalancedMasks = 0,
            Reconstruction = new(),
            StyleMixing = 0,
            SemanticConsistency = 1,
            SemanticDiversity = 1,
        };
    }

    /// <summary>
    /// Adaptation of a model to pictures without masks. As the paper does it: the discriminator sees images only, R1 on the image, 2,000 iterations. Beyond the paper: adaptive
    /// augmentation, as such data are few; a projected discriminator beside the other and half the learning rate for the generator, so that few images say much; and, as a
    /// discriminator without masks keeps nothing separate, three losses that do: final masks near the parts' own, parts where the model had them, edits in their parts.
    /// Weights and batch are those of the preset of the model's size.
    /// </summary>
    public static TrainingConfig Adaptation(GeneratorConfig generator)
    {
        TrainingConfig preset = (Presets.Values.FirstOrDefault(p => p.Generator.ImageSize == generator.ImageSize) ?? new()).WithGenerator(generator);
        return preset with
        {
            Discriminator = preset.Discriminator with { Parts = 0 },
            R1Mask = 0,
            MaskConsistency = 20,
            KeepParts = 0.3,
            EditLocality = 4,
            Projected = 1,
            GeneratorLearningRate = preset.LearningRate / 2,
            Images = 2000L * preset.BatchSize,
            EmaRampUp = Math.Max(preset.EmaRampUp, 0.1),
            Mirror = true,
            // Adaptation is short: the probability must be able to rise within it.
            Augmentation = new() { Mode = AugmentationMode.Adaptive, RampImages = 50_000 },
        };
    }

    /// <summary>The classes of <see cref="EditedFirst"/>.</summary>
    /// <exception cref="InputException">A name is none of the layout's.</exception>
    internal IReadOnlyList<int> ClassesEditedFirst(SemanticLayout layout) => EditedFirst is null ? [] : [.. EditedFirst.Split(',', StringSplitOptions.TrimEntries).Select(layout.IndexOf)];

    /// <summary>This configuration for a data set with another class layout.</summary>
    public TrainingConfig ForLayout(SemanticLayout layout) => this with
    {
        Generator = Generator with { Parts = layout.Count, TransparentParts = Generator.Architecture == GeneratorArchitecture.MaskStyle ? [] : layout.TransparentClasses },
        Discriminator = Discriminator with { Parts = ImageOnly ? 0 : layout.Count },
    };

    /// <summary>Reads a configuration file, such as a run's <c>config.json</c>.</summary>
    /// <exception cref="InputException">There is no such file, or it is no configuration; file and member are named.</exception>
    public static TrainingConfig Read(string file) => StrictJson.Read<TrainingConfig>(file);

    /// <summary>Returns this configuration if it is consistent.</summary>
    /// <exception cref="InputException">Lists everything that is not.</exception>
    public TrainingConfig Validate()
    {
        Generator.Validate();
        List<string> faults = [];
        void Require(bool holds, string fault)
        {
            if (!holds) faults.Add(fault);
        }

        Require(Discriminator.ImageSize == Generator.ImageSize, $"the discriminator's imageSize {Discriminator.ImageSize}, expected the generator's {Generator.ImageSize}");
        Require(BatchSize is >= 1 and <= 4096 && (BatchSize <= 4 || BatchSize % 4 == 0), $"batchSize {BatchSize}, expected 1 to 4 or a multiple of 4");
        Require(Images >= 1, $"images {Images}, expected at least 1");
        Require(LearningRate is > 0 and <= 1, $"learningRate {LearningRate}, expected more than 0, at most 1");
        Require(GeneratorLearningRate is null or (> 0 and <= 1), $"generatorLearningRate {GeneratorLearningRate}, expected more than 0, at most 1");
        Require(R1Image >= 0 && R1Mask >= 0 && PathLength >= 0 && MaskConsistency >= 0 && SemanticConsistency >= 0 && SemanticDiversity >= 0, "a loss weight is negative");
        Require(Beta1 is >= 0 and < 1 && Beta2 is >= 0 and < 1, $"beta1 {Beta1}, beta2 {Beta2}, expected 0 to less than 1");
        bool maskStyle = Generator.Architecture == GeneratorArchitecture.MaskStyle;
        Require(maskStyle || SemanticConsistency == 0 && SemanticDiversity == 0, "semanticConsistency and semanticDiversity are losses of architecture mask-style, expected 0");
        Require(!maskStyle || PathLength == 0 && MaskConsistency == 0 && Coverage == 0 && BalancedMasks == 0 && Reconstruction.Weight == 0 && !FreezeLocalGenerators, "pathLength, maskConsistency, coverage, balancedMasks, reconstruction and freezeLocalGenerators are not for architecture mask-style, expected 0, 0, 0, 0, 0 and false");
        Require(R1Interval >= 0 && PathLengthInterval >= 0, "an interval is negative");
        Require(EditLocalityInterval >= 1, $"editLocalityInterval {EditLocalityInterval}, expected at least 1");
        Require(EditedFirst is null || EditLocality > 0 && Reconstruction.Weight > 0, $"editedFirst {EditedFirst}, expected none without editLocality and reconstruction, whose codes show which parts there are");
        Require(PathLengthBatchShrink >= 1 && PathLengthBatchShrink <= BatchSize, $"pathLengthBatchShrink {PathLengthBatchShrink}, expected 1 to batchSize {BatchSize}");
        Require(StyleMixing is >= 0 and <= 1, $"styleMixing {StyleMixing}, expected 0 to 1");
        Require(EmaHalfLifeImages > 0, $"emaHalfLifeImages {EmaHalfLifeImages}, expected more than 0");
        faults.AddRange(Augmentation.Faults());
        faults.AddRange(Reconstruction.Faults(ImageOnly));
        int resolutions = System.Numerics.BitOperations.Log2((uint)Math.Max(4, Generator.ImageSize)) - 2;
        Require(FreezeDiscriminator >= 0 && FreezeDiscriminator <= resolutions, $"freezeDiscriminator {FreezeDiscriminator}, expected 0 to {resolutions}");
        Require(DiscriminatorFirst >= 0, $"discriminatorFirst {DiscriminatorFirst}, expected at least 0");
        Require(Balance is >= 0 and <= 1, $"balance {Balance}, expected 0 to 1");
        foreach ((string name, double weight) in ((string, double)[])[("coverage", Coverage), ("balancedMasks", BalancedMasks), ("editLocality", EditLocality), ("parserAgreement", ParserAgreement), ("projected", Projected)])
            Require(weight is >= 0 and <= 1e6 && (weight == 0 || !MasksOnly), MasksOnly ? $"{name} {weight}, expected 0 with masksOnly, whose loss is the only one" : $"{name} {weight}, expected 0 to 1,000,000");
        Require(Reconstruction.Weight == 0 || !MasksOnly, "reconstruction, expected weight 0 with masksOnly, whose loss is the only one");
        Require(KeepParts is >= 0 and <= 1e6 && (KeepParts == 0 || !maskStyle), $"keepParts {KeepParts}, expected 0 to 1,000,000, and 0 for architecture mask-style");
        Require(!MasksOnly || !maskStyle, "masksOnly is for architecture local-generators, expected false");
        Require(KeepPartsInterval >= 1, $"keepPartsInterval {KeepPartsInterval}, expected at least 1");
        Require(EmaRampUp >= 0, $"emaRampUp {EmaRampUp}, expected at least 0");
        return faults.Count == 0 ? this : throw new InputException($"training configuration: {string.Join("; ", faults)}.");
    }
}
