using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;

namespace SemanticStyleGan.Studio.Api;

/// <summary>Passes on how far an optimisation is, now and then with the picture that it has. At once and in order, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class Reporter(Action<WorkReport> report) : IProgress<WorkProgress>
{
    private const int StepsBetweenPictures = 5;
    private byte[]? picture;
    private int looks;

    /// <summary>Sees what a step begins with.</summary>
    internal void Look(GeneratorOutput output)
    {
        if (looks++ % StepsBetweenPictures == 0) picture = PngCodec.Encode(ImageTensors.ToPictures(output.Image)[0]);
    }

    public void Report(WorkProgress value)
    {
        report(new WorkReport(value.Done, value.Total ?? 0, value.Detail, picture));
        picture = null;
    }
}
