using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SemanticStyleGan.Distributed;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Optimization;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>
/// What training changes: the networks, the generator's moving average, the optimisers, the running mean of path lengths and
/// the number of images seen. A checkpoint holds all of it; everything random follows from the seed and the images seen.
/// </summary>
public sealed partial class TrainingState : IDisposable
{
    /// <summary>The value of <c>format</c> in the header of a checkpoint.</summary>
    public const string Format = "semantic-stylegan-checkpoint";

    private const string DiscriminatorFormat = "semantic-stylegan-discriminator", DiscriminatorPrefix = "discriminator.", ProjectedPrefix = "projected.", EncoderPrefix = "encoder.";
    private const string ParserKey = "parser";
    private static readonly string[] CompanionPrefixes = [DiscriminatorPrefix, ProjectedPrefix, EncoderPrefix];

    private readonly string? parser; // fingerprint of the one whose readings are learnt from

    // The encoder has no adversary: it gains from momentum.
    private const double EncoderBeta1 = 0.9;

    /// <summary>Fresh networks.</summary>
    /// <param name="config">What is trained and how.</param>
    /// <param name="layout">The classes of the data.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="parser">Whose readings are learnt from, and whose features the projected discriminator judges, if the configuration has one; without it there is none. The caller keeps owning it.</param>
    public TrainingState(TrainingConfig config, SemanticLayout layout, Device device, Parser? parser = null) : this(config, layout, device, forLoading: false)
    {
        if (parser is not null) this.parser = Weights.Fingerprint(parser.Network);
        if (config.Reconstruction.Weight > 0)
        {
            Encoder = new PosteriorEncoder(config.Generator, new Initializer(config.Seed + 3, device));
            EncoderAdam = new Adam(Encoder, config.LearningRate, EncoderBeta1, config.Beta2);
        }
        if (config.Projected == 0 || parser is null) return;
        Projected = new ProjectedDiscriminator(parser, config.Discriminator.Parts, new Initializer(config.Seed + 2, device));
        ProjectedAdam = new Adam(Projected, config.LearningRate, config.Beta1, config.Beta2);
    }

    /// <summary>Networks and optimisers; with <paramref name="forLoading"/> their numbers are undefined until they are loaded.</summary>
    internal TrainingState(TrainingConfig config, SemanticLayout layout, Device device, bool forLoading)
    {
        Initializer Seeded(long seed) => forLoading ? Initializer.ForLoading(device) : new Initializer(seed, device);
        Config = config.Validate();
        Layout = layout;
        Generator = CompositionalGenerator.Create(config.Generator, Seeded(config.Seed));
        Discriminator = new DualBranchDiscriminator(config.Discriminator, Seeded(config.Seed + 1));
        Average = CompositionalGenerator.Create(config.Generator, Seeded(config.Seed));
        foreach (Tensor parameter in Average.parameters()) parameter.requires_grad = false;
        GeneratorAdam = new Adam(Generator, config.GeneratorLearningRate ?? config.LearningRate, config.Beta1, config.Beta2, regularisationInterval: config.PathLength > 0 ? config.PathLengthInterval : 0, forLoading: forLoading);
        DiscriminatorAdam = new Adam(Discriminator, config.LearningRate, config.Beta1, config.Beta2, regularisationInterval: config.R1Interval, forLoading: forLoading);
        Augmentation = new AdaptiveAugmentation(config.Augmentation);
        PathLengthMean = zeros([], device: device).DetachFromDisposeScope();
    }

    /// <summary>The run's configuration.</summary>
    public TrainingConfig Config { get; }

    /// <summary>The classes of the data.</summary>
    public SemanticLayout Layout { get; }

    /// <summary>The generator that is trained.</summary>
    public CompositionalGenerator Generator { get; }

    /// <summary>The discriminator.</summary>
    public DualBranchDiscriminator Discriminator { get; }

    /// <summary>The projected discriminator, which judges beside the other; null for none.</summary>
    public ProjectedDiscriminator? Projected { get; }

    /// <summary>The moving average of the generator: what is used and shipped.</summary>
    public CompositionalGenerator Average { get; }

    /// <summary>Optimiser of <see cref="Generator"/>.</summary>
    public Adam GeneratorAdam { get; }

    /// <summary>Optimiser of <see cref="Discriminator"/>.</summary>
    public Adam DiscriminatorAdam { get; }

    /// <summary>Optimiser of <see cref="Projected"/>.</summary>
    public Adam? ProjectedAdam { get; }

    /// <summary>Guesses the codes of real pictures, for reconstruction; null for none.</summary>
    public PosteriorEncoder? Encoder { get; }

    /// <summary>Optimiser of <see cref="Encoder"/>.</summary>
    public Adam? EncoderAdam { get; }

    /// <summary>All networks that phases move.</summary>
    internal IReadOnlyList<nn.Module> Networks => [Generator, Discriminator, .. Optional.Select(o => o.Network)];

    private IEnumerable<(nn.Module Network, string Prefix)> Companions => [(Discriminator, DiscriminatorPrefix), .. Optional.Select(o => (o.Network, o.Prefix))];

    // What only some configurations have, with the names in a checkpoint.
    private IEnumerable<(nn.Module Network, Adam Adam, string Prefix, string AdamPrefix)> Optional =>
    [
        .. Projected is null ? [] : ((nn.Module, Adam, string, string)[])[(Projected, ProjectedAdam!, ProjectedPrefix, "projected_adam.")],
        .. Encoder is null ? [] : ((nn.Module, Adam, string, string)[])[(Encoder, EncoderAdam!, EncoderPrefix, "encoder_adam.")],
    ];

    /// <summary>The augmentation of what the discriminator sees.</summary>
    public AdaptiveAugmentation Augmentation { get; }

    /// <summary>Running mean of path lengths, a scalar.</summary>
    public Tensor PathLengthMean { get; }

    /// <summary>Real images that the discriminator has seen, over all ranks.</summary>
    public long ImagesSeen { get; set; }

    /// <summary>Finished iterations; one has <see cref="TrainingConfig.BatchSize"/> images.</summary>
    public long Iteration => ImagesSeen / Config.BatchSize;

    /// <summary>Writes a checkpoint; whole or not at all.</summary>
    /// <exception cref="InputException">The file can't be written.</exception>
    public void Save(string path)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, string> header = new()
        {
            ["format"] = Format,
            ["config"] = JsonSerializer.Serialize(Config, StrictJson.Compact),
            ["layout"] = Layout.ToJson().ToJsonString(),
            ["images_seen"] = $"{ImagesSeen}",
        };
        if (parser is not null) header[ParserKey] = parser;
        Safetensors.Write(path, Tensors(), header);
    }

    /// <summary>
    /// Writes the networks of a checkpoint that training needs besides the generator, without moments: the discriminator, and where there are any the projected one and the
    /// encoder of reconstruction. As <see cref="TrainingStart.DiscriminatorFile"/> beside a model, another training or an adaptation begins with them. Returns the images seen.
    /// </summary>
    /// <param name="checkpoint">A training checkpoint.</param>
    /// <param name="path">A <c>.safetensors</c> file; whole or not at all.</param>
    /// <param name="half">Store float16 instead of float32.</param>
    /// <exception cref="CheckpointFormatException">The checkpoint can't be read.</exception>
    /// <exception cref="InputException">The file can't be written.</exception>
    public static long ExtractDiscriminator(string checkpoint, string path, bool half = false)
    {
        using SafetensorsFile file = SafetensorsFile.Open(checkpoint);
        if (file.Metadata.GetValueOrDefault("format") != Format || !long.TryParse(file.Metadata.GetValueOrDefault("images_seen"), out long seen)) throw NoCheckpoint(checkpoint, file.Metadata);
        using DisposeScope scope = NewDisposeScope();
        string[] names = [.. file.Shapes.Keys.Where(name => CompanionPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))];
        Safetensors.Write(path, names.Select(name => KeyValuePair.Create(name, file.Read(name))), new Dictionary<string, string>
        {
            ["format"] = DiscriminatorFormat,
            ["config"] = file.Metadata["config"],
            ["images_seen"] = $"{seen}",
        }, half);
        return seen;
    }

    /// <summary>Takes over from a checkpoint or a discriminator's file what fits: branches that the other discriminator does not have, or has for another number of parts, stay as they are, as do the highest resolutions where images are larger than the other's.</summary>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    internal void LoadDiscriminator(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        foreach ((nn.Module network, string prefix) in Companions)
        {
            Dictionary<string, Tensor> weights = Weights.Of(network);
            // Blocks are counted from the highest resolution down.
            int more = Blocks(weights.Keys) - Blocks(file.Shapes.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)));
            foreach ((string name, Tensor weight) in weights)
            {
                string given = prefix + BlockNumber.Replace(name, match => $".blocks.{int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) - more}.");
                if (file.Shapes.TryGetValue(given, out long[]? shape) && shape.AsSpan().SequenceEqual(weight.shape)) file.ReadInto(given, weight);
            }
        }

        static int Blocks(IEnumerable<string> names) => names.Select(name => BlockNumber.Match(name)).Where(match => match.Success).Select(match => match.Value).Distinct().Count();
    }

    [GeneratedRegex(@"\.blocks\.(\d+)\.")]
    private static partial Regex BlockNumber { get; }

    /// <summary>Makes the state that a checkpoint holds, with the configuration and layout in its header.</summary>
    /// <exception cref="CheckpointFormatException">The file is damaged or of another kind.</exception>
    public static TrainingState Open(string path, Device device)
    {
        IReadOnlyDictionary<string, string> header = Safetensors.ReadMetadata(path);
        if (header.GetValueOrDefault("format") != Format) throw NoCheckpoint(path, header);
        TrainingState state;
        try
        {
            TrainingConfig config = JsonSerializer.Deserialize<TrainingConfig>(header.GetValueOrDefault("config") ?? "null", StrictJson.Options) ?? throw NoCheckpoint(path, header);
            RequireFit(CheckpointFormatException.Naming(path, config.Validate), path);
            state = new TrainingState(config, CheckpointFormatException.Naming(path, () => SemanticLayout.FromJson(JsonNode.Parse(header.GetValueOrDefault("layout") ?? "null"), path)), device, forLoading: true);
        }
        catch (JsonException e)
        {
            throw new CheckpointFormatException($"{path}: the header's configuration or layout: {e.Message}", e);
        }
        try
        {
            state.Load(path);
            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a file that has no discriminator: neither a training checkpoint nor what <see cref="ExtractDiscriminator"/> wrote.</summary>
    /// <exception cref="CheckpointFormatException">The file is missing, damaged or of another kind.</exception>
    public static void RequireDiscriminator(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault("format") is not (Format or DiscriminatorFormat)) throw NoCheckpoint(path, file.Metadata);
    }

    /// <summary>Continues from a checkpoint of the same configuration. Where it has no projected discriminator or encoder, a fresh one stays: they can be switched on within a run.</summary>
    /// <exception cref="CheckpointFormatException">The file is damaged, of another kind, or of other networks.</exception>
    /// <exception cref="InputException">The run has learnt from another parser.</exception>
    public void Load(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault("format") != Format || !long.TryParse(file.Metadata.GetValueOrDefault("images_seen"), out long seen) || seen < 0)
            throw NoCheckpoint(path, file.Metadata);
        if (parser is not null && file.Metadata.GetValueOrDefault(ParserKey) is { } before && before != parser)
            throw new InputException($"{path}: the run has learnt from another parser than '{Config.Parser ?? ParserSource.Default}' is now (fingerprint {before}, this one has {parser}); put that one back to continue, or begin a new run in another folder with 'train --from'.");
        Weights.Load(Generator, file, path, "generator.");
        Weights.Load(Discriminator, file, path, DiscriminatorPrefix);
        Weights.Load(Average, file, path, "average.");
        GeneratorAdam.LoadState(file, "generator_adam.");
        DiscriminatorAdam.LoadState(file, "discriminator_adam.");
        foreach ((nn.Module network, Adam adam, string prefix, string adamPrefix) in Optional.Where(o => file.Shapes.Keys.Any(name => name.StartsWith(o.Prefix, StringComparison.Ordinal))))
        {
            Weights.Load(network, file, path, prefix);
            adam.LoadState(file, adamPrefix);
        }
        file.ReadInto("path_length_mean", PathLengthMean);
        Augmentation.Load(file);
        ImagesSeen = seen;
    }

    /// <summary>Takes over what rank 0 has; the moving average stays behind, it is rank 0's alone.</summary>
    internal void Broadcast(ProcessGroup group)
    {
        if (group.Size == 1) return;
        using IDisposable _ = no_grad();
        using Tensor seen = tensor(ImagesSeen);
        foreach (Tensor values in (IEnumerable<Tensor>)[.. Networks.SelectMany(n => n.state_dict().Values), PathLengthMean, seen]) group.Broadcast(values);
        GeneratorAdam.Broadcast(group);
        DiscriminatorAdam.Broadcast(group);
        foreach (Adam adam in Optional.Select(o => o.Adam)) adam.Broadcast(group);
        Augmentation.Broadcast(group);
        ImagesSeen = seen.item<long>();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        GeneratorAdam.Dispose();
        DiscriminatorAdam.Dispose();
        foreach ((nn.Module network, Adam adam, _, _) in Optional)
        {
            adam.Dispose();
            network.Dispose();
        }
        Generator.Dispose();
        Discriminator.Dispose();
        Average.Dispose();
        PathLengthMean.Dispose();
        Augmentation.Dispose();
    }

    private IEnumerable<KeyValuePair<string, Tensor>> Tensors() =>
    [
        .. Prefixed("generator.", Weights.Of(Generator)),
        .. Prefixed(DiscriminatorPrefix, Weights.Of(Discriminator)),
        .. Prefixed("average.", Weights.Of(Average)),
        .. Prefixed("generator_adam.", GeneratorAdam.State()),
        .. Prefixed("discriminator_adam.", DiscriminatorAdam.State()),
        .. Optional.SelectMany(o => Prefixed(o.Prefix, Weights.Of(o.Network)).Concat(Prefixed(o.AdamPrefix, o.Adam.State()))),
        new("path_length_mean", PathLengthMean),
        .. Augmentation.State(),
    ];

    // A header can claim any size: names and shapes are compared on the meta device before memory is taken.
    private static void RequireFit(TrainingConfig config, string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        using CompositionalGenerator generator = CompositionalGenerator.Create(config.Generator, Initializer.Meta);
        using DualBranchDiscriminator discriminator = new(config.Discriminator, Initializer.Meta);
        Weights.RequireFit(generator, file, path, "generator.");
        Weights.RequireFit(discriminator, file, path, DiscriminatorPrefix);
    }

    private static CheckpointFormatException NoCheckpoint(string path, IReadOnlyDictionary<string, string> header) =>
        new($"{path}: no training checkpoint (its header's 'format' is '{header.GetValueOrDefault("format") ?? "missing"}', expected '{Format}').");

    private static IEnumerable<KeyValuePair<string, Tensor>> Prefixed(string prefix, IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        tensors.Select(t => KeyValuePair.Create(prefix + t.Key, t.Value));
}
