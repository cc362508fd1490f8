using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Optimization;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>What the training of a parser changes: the network, the optimiser, the number of images seen.</summary>
internal sealed class ParserTrainingState : IDisposable
{
    private const string Format = "semantic-stylegan-parser-checkpoint";

    internal ParserTrainingState(ParserTrainingConfig config, Device device)
    {
        Network = new ParserNetwork(config.Parser, new Initializer(config.Seed, device));
        Adam = new Adam(Network, config.LearningRate, beta1: 0.9, beta2: 0.999);
    }

    internal ParserNetwork Network { get; }

    internal Adam Adam { get; }

    internal long ImagesSeen { get; set; }

    internal void Save(string path)
    {
        using DisposeScope scope = NewDisposeScope();
        IEnumerable<KeyValuePair<string, Tensor>> tensors = Weights.Of(Network).Select(w => KeyValuePair.Create("network." + w.Key, w.Value))
            .Concat(Adam.State().Select(s => KeyValuePair.Create("adam." + s.Key, s.Value)));
        Safetensors.Write(path, tensors, new Dictionary<string, string> { ["format"] = Format, ["images_seen"] = $"{ImagesSeen}" });
    }

    internal void Load(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault("format") != Format || !long.TryParse(file.Metadata.GetValueOrDefault("images_seen"), out long seen) || seen < 0)
            throw new CheckpointFormatException($"{path}: no checkpoint of a parser's training (its header's 'format' is '{file.Metadata.GetValueOrDefault("format") ?? "missing"}', expected '{Format}').");
        Weights.Load(Network, file, path, "network.");
        Adam.LoadState(file, "adam.");
        ImagesSeen = seen;
    }

    public void Dispose()
    {
        Adam.Dispose();
        Network.Dispose();
    }
}
