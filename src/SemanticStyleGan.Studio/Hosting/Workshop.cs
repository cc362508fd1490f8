using SemanticStyleGan.Inversion;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Studio.Api;
using SemanticStyleGan.Studio.Rendering;

namespace SemanticStyleGan.Studio.Hosting;

/// <summary>What all endpoints share: the model and the two ways in which work on it is done.</summary>
internal sealed class Workshop : IAsyncDisposable
{
    private readonly string name;
    private readonly string fingerprint;

    internal Workshop(SemanticModel model, StudioOptions options)
    {
        StudioLimits limits = options.Limits;
        name = options.ModelName;
        fingerprint = model.Fingerprint;
        Limits = limits;
        Encoder = options.EncoderFile is { } file ? PictureEncoder.Load(file, model) : null;
        Renderer = new FaceRenderer(model);
        Queue = new RenderQueue(limits.WaitingRenders);
        LongWork = new LongWork(limits.LongTasks);
    }

    internal StudioLimits Limits { get; }

    internal FaceRenderer Renderer { get; }

    /// <summary>Guesses the codes of pictures; null where the model has none, then they are found from the mean code.</summary>
    internal PictureEncoder? Encoder { get; }

    internal RenderQueue Queue { get; }

    internal LongWork LongWork { get; }

    internal ModelAnswer Describe()
    {
        SemanticModel model = Renderer.Model;
        return new ModelAnswer(name, fingerprint, model.Config.ImageSize, model.Config.StyleSize, model.Config.BaseLayers, PartDirections.Shown,
            [.. model.Layout.Classes.Select(c => new PartAnswer(c.Name, $"#{c.Color:X6}", c.Transparent))], model.Provenance);
    }

    public async ValueTask DisposeAsync()
    {
        await Queue.DisposeAsync();
        LongWork.Dispose();
        Encoder?.Dispose();
        Renderer.Dispose();
    }
}
