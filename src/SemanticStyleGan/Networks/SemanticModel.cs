using System.Text.Json;
using System.Text.Json.Nodes;
using SemanticStyleGan.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// A generator with what is needed to use it: the names and colours of its parts, the mean code for truncation, and where it
/// comes from. Stored as one safetensors file with configuration, layout and provenance in its header.
/// </summary>
public sealed class SemanticModel : IDisposable
{
    /// <summary>The value of <c>format</c> in the header of a model file.</summary>
    public const string Format = "semantic-stylegan-model";

    /// <summary>Where the provenance of a model with <see cref="TunedWeights"/> has the fingerprint of the model before.</summary>
    internal const string TunedFrom = "tunedFrom";
    private const string MeanName = "mean_latent";
    private const int MeanSamples = 10_000;

    /// <summary>A model of its pieces; <paramref name="meanLatent"/> <c>[D]</c> is computed where it is null. Owns the generator.</summary>
    /// <exception cref="InputException">The layout has another number of classes than the generator has parts.</exception>
    public SemanticModel(CompositionalGenerator generator, SemanticLayout layout, Tensor? meanLatent = null, JsonObject? provenance = null)
    {
        if (layout.Count != generator.Config.Parts)
            throw new InputException($"layout '{layout.Name}' has {layout.Count} classes, the generator {generator.Config.Parts} parts; expected the same number.");
        Generator = generator;
        Prepared = new PreparedGenerator(generator);
        Layout = layout;
        MeanLatent = (meanLatent ?? ComputeMeanLatent(generator)).DetachFromDisposeScope();
        Provenance = provenance ?? [];
    }

    /// <summary>The network.</summary>
    public CompositionalGenerator Generator { get; }

    /// <summary>The network made ready for synthesis without gradients; prepared at its first use.</summary>
    public PreparedGenerator Prepared { get; }

    /// <summary>The sizes.</summary>
    public GeneratorConfig Config => Generator.Config;

    /// <summary>The parts' names and colours.</summary>
    public SemanticLayout Layout { get; }

    /// <summary>The average w <c>[D]</c>, towards which truncation moves.</summary>
    public Tensor MeanLatent { get; }

    /// <summary>Where the model comes from: data, images seen, date, licence, …; free to hold anything.</summary>
    public JsonObject Provenance { get; }

    /// <summary>32 hexadecimal digits that stand for the weights: what was made with one model (codes, directions) is known not to be another's.</summary>
    public string Fingerprint => Weights.Fingerprint(Generator);

    /// <summary>Whether what was made with the model of a fingerprint (codes, directions, encoders) can be used with this one: it is this model, or the one that this was tuned from.</summary>
    public bool Knows(string fingerprint) => fingerprint == Fingerprint || fingerprint == (string?)Provenance[TunedFrom];

    /// <summary>
    /// The mean of two models' weights, for two times of one run: what a longer moving average would have. This one's layout and provenance; its generator is changed, and the
    /// returned model has the same one.
    /// </summary>
    /// <param name="other">The model of another time.</param>
    /// <exception cref="InputException">The models have other sizes or parts.</exception>
    public SemanticModel MeanWith(SemanticModel other)
    {
        if (other.Config != Config) throw new InputException("the models have other sizes; expected two of one run.");
        if (!other.Layout.Equals(Layout)) throw new InputException($"the models have other parts ({Layout.Name}, {other.Layout.Name}); expected two of one run.");
        using (no_grad())
        {
            Dictionary<string, Tensor> others = Weights.Of(other.Generator);
            foreach ((string name, Tensor weight) in Weights.Of(Generator)) weight.add_(others[name], Constant(1)).mul_(Constant(0.5));
        }
        JsonObject provenance = (JsonObject)Provenance.DeepClone();
        provenance["meanWith"] = other.Fingerprint;
        return new SemanticModel(Generator, Layout, meanLatent: null, provenance);
    }

    /// <summary>
    /// Makes truncation part of the weights: what was drawn with it is from now on drawn without. Below 1 samples are nearer to the mean picture, above 1 further from it than
    /// the model was trained to draw. Exact but for rounding.
    /// </summary>
    /// <param name="truncation">t, above 0.</param>
    /// <param name="slots">The slots of W+ for which it is done, all where null. Base slots alone bring more variety at little cost in masks.</param>
    /// <exception cref="InputException">It is not above 0, or slots are chosen and the model has no local generators.</exception>
    public void FoldTruncation(double truncation, IReadOnlyList<int>? slots = null)
    {
        if (!(truncation > 0)) throw new InputException($"truncation {truncation}, expected above 0.");
        if (slots?.Count == Config.LatentSlots) slots = null;
        using (no_grad()) Generator.FoldTruncation(MeanLatent, truncation, slots);
        Provenance["foldedTruncation"] = truncation;
        Provenance.Remove("foldedTruncationSlots"); // of an earlier time
        if (slots is not null) Provenance["foldedTruncationSlots"] = string.Join(",", slots.Select(slot => Generator.Latents.SlotName(slot, Layout)));
    }

    /// <summary>The average w <c>[D]</c> of 10,000 fixed samples.</summary>
    public static Tensor ComputeMeanLatent(CompositionalGenerator generator)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        Tensor z = randn([MeanSamples, generator.Config.StyleSize], generator: new Generator(0));
        Tensor sum = zeros(generator.Config.StyleSize, device: generator.Device);
        // In pieces: all at once would take more memory than the weights.
        foreach (Tensor piece in z.chunk(MeanSamples / 500))
        {
            using DisposeScope inner = NewDisposeScope();
            sum.add_(generator.Map(piece.to(generator.Device)).sum([0]), Constant(1));
        }
        return sum.div_(Constant(MeanSamples)).MoveToOuterDisposeScope();
    }

    /// <summary>Writes the model; whole or not at all.</summary>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <param name="half">Store float16 instead of float32: half the size, rounded to 11 bits; tensors with values that it can't hold stay float32.</param>
    /// <exception cref="InputException">The file can't be written.</exception>
    public void Save(string path, bool half = false)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        IEnumerable<KeyValuePair<string, Tensor>> tensors = Weights.Of(Generator).Append(new(MeanName, MeanLatent));
        Safetensors.Write(path, tensors, new Dictionary<string, string>
        {
            ["format"] = Format,
            ["config"] = JsonSerializer.Serialize(Config, StrictJson.Compact),
            ["layout"] = Layout.ToJson().ToJsonString(),
            ["provenance"] = Provenance.ToJsonString(),
        }, half);
    }

    /// <summary>Reads a model file that <see cref="Save"/> wrote.</summary>
    /// <exception cref="CheckpointFormatException">It is no model file, damaged, or its weights don't fit its configuration.</exception>
    public static SemanticModel Load(string path, Device device)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        ModelHeader header = new(file, path);
        header.RequireFormat(Format, "model");
        GeneratorConfig config = CheckpointFormatException.Naming(path, header.Read<GeneratorConfig>("config").Validate);
        SemanticLayout layout = header.ReadLayout();
        // A header can claim any size: names and shapes are compared on the meta device before memory is taken.
        using (CompositionalGenerator shapes = CompositionalGenerator.Create(config, Initializer.Meta)) Weights.RequireFit(shapes, file, path, "", MeanName);
        CompositionalGenerator generator = CompositionalGenerator.Create(config, Initializer.ForLoading(device));
        try
        {
            Weights.Load(generator, file, path, "", MeanName);
            using DisposeScope scope = NewDisposeScope();
            Tensor mean = file.Read(MeanName).to(ScalarType.Float32);
            if (mean.shape is not [var d] || d != config.StyleSize) throw new CheckpointFormatException($"{path}: no '{MeanName}' of [{config.StyleSize}].");
            return CheckpointFormatException.Naming(path, () => new SemanticModel(generator, layout, mean.to(device, copy: true), header.Read<JsonObject>("provenance")));
        }
        catch
        {
            generator.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Prepared.Dispose();
        Generator.Dispose();
        MeanLatent.Dispose();
    }
}
