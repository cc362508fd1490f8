using System.Text.Json;
using System.Text.Json.Nodes;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Inversion;

/// <summary>
/// Guesses the codes of pictures with a network that corrects its own guess a few times (ReStyle). It belongs to one model. Stored as one safetensors file, by
/// custom <c>encoder.safetensors</c> beside the model's.
/// </summary>
public sealed class PictureEncoder : IDisposable
{
    /// <summary>The value of <c>format</c> in the header of an encoder file.</summary>
    public const string Format = "semantic-stylegan-encoder";

    /// <summary>The name of an encoder's file beside its model.</summary>
    public const string FileName = "encoder.safetensors";

    /// <summary>How often the mean code is corrected by default.</summary>
    public const int Iterations = 6;

    /// <summary>An encoder of its pieces; owns the network.</summary>
    public PictureEncoder(EncoderNetwork network, string model, JsonObject? provenance = null) => (Network, Model, Provenance) = (network, model, provenance ?? []);

    /// <summary>The network.</summary>
    public EncoderNetwork Network { get; }

    /// <summary>The fingerprint of the model that the codes are for.</summary>
    public string Model { get; }

    /// <summary>Where the encoder comes from; free to hold anything.</summary>
    public JsonObject Provenance { get; }

    /// <summary>Guesses codes W+ <c>[N, base + 2K, D]</c> of pictures <c>[N, 3, R, R]</c> in [-1, 1].</summary>
    /// <param name="images">The pictures.</param>
    /// <param name="model">The model that the encoder belongs to, or one tuned from it.</param>
    /// <param name="labels">Their masks <c>[N, R, R]</c> of class indices; null where none are known.</param>
    /// <param name="iterations">How many times codes are corrected, the first time the mean code; each takes about as long as a step of an optimisation.</param>
    public Tensor Encode(Tensor images, SemanticModel model, Tensor? labels = null, int iterations = Iterations)
    {
        using DisposeScope scope = NewDisposeScope();
        using FrozenWeights frozen = new(model.Generator);
        using IDisposable _ = no_grad();
        GuessTarget target = new(images.to(model.Generator.Device), labels, model.Config.Parts);
        Tensor codes = model.Generator.Latents.Broadcast(model.MeanLatent.unsqueeze(0)).expand(target.Images.shape[0], -1, -1);
        for (int i = 0; i < iterations; i++) codes = Guess.Of(codes, target, model.Generator).Improved(target.Images, Network);
        return codes.clone().MoveToOuterDisposeScope();
    }

    /// <summary>Writes the encoder; whole or not at all.</summary>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <param name="half">Store float16 instead of float32.</param>
    /// <exception cref="InputException">The file can't be written.</exception>
    public void Save(string path, bool half = false) => Safetensors.Write(path, Weights.Of(Network), new Dictionary<string, string>
    {
        ["format"] = Format,
        ["config"] = JsonSerializer.Serialize(Network.Config, StrictJson.Compact),
        ["model"] = Model,
        ["provenance"] = Provenance.ToJsonString(),
    }, half);

    /// <summary>Reads a file that <see cref="Save"/> wrote; its weights take no gradients.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model that it must belong to.</param>
    /// <exception cref="CheckpointFormatException">It is no encoder, or damaged.</exception>
    /// <exception cref="InputException">It belongs to another model.</exception>
    public static PictureEncoder Load(string path, SemanticModel model)
    {
        PictureEncoder encoder = LoadForAny(path, model);
        if (model.Knows(encoder.Model)) return encoder;
        encoder.Dispose();
        throw new InputException($"{path}: this encoder belongs to another model (fingerprint {encoder.Model}, this model has {model.Fingerprint}); train one with 'train-encoder', or invert with --encoder none.");
    }

    /// <summary>Reads an encoder whose sizes are right for a model, whichever model it belongs to: the training of another may begin with it.</summary>
    /// <exception cref="CheckpointFormatException">It is no encoder, damaged, or of other sizes.</exception>
    public static PictureEncoder LoadForAny(string path, SemanticModel model)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        ModelHeader header = new(file, path);
        header.RequireFormat(Format, "encoder");
        EncoderConfig config = CheckpointFormatException.Naming(path, header.Read<EncoderConfig>("config").Validate), fitting = EncoderConfig.For(model.Config);
        if ((config.ImageSize, config.Parts, config.BaseLayers, config.StyleSize) != (fitting.ImageSize, fitting.Parts, fitting.BaseLayers, fitting.StyleSize))
            throw new CheckpointFormatException($"{path}: this encoder is for models of {config.ImageSize}² with {config.Parts} parts and styles of {config.StyleSize}, expected {fitting.ImageSize}², {fitting.Parts} and {fitting.StyleSize}.");
        // A header can claim any size: names and shapes are compared on the meta device before memory is taken.
        using (EncoderNetwork shapes = new(config, Initializer.Meta)) Weights.RequireFit(shapes, file, path);
        EncoderNetwork network = new(config, Initializer.ForLoading(model.Generator.Device));
        try
        {
            Weights.Load(network, file, path);
            foreach (Tensor parameter in network.parameters()) parameter.requires_grad = false;
            return new PictureEncoder(network, file.Metadata.GetValueOrDefault("model") ?? "", header.Read<JsonObject>("provenance"));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The encoder file beside a model's, where there is one.</summary>
    /// <param name="modelName">How the model is named; null for the bundled one.</param>
    public static string? Beside(string? modelName)
    {
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(ModelSource.Locate(modelName ?? ModelSource.Default)))!, FileName);
        return File.Exists(path) ? path : null;
    }

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();
}
