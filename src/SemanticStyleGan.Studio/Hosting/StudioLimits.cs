namespace SemanticStyleGan.Studio.Hosting;

/// <summary>How much a studio takes on; more is refused with a clear answer instead of being done late.</summary>
public sealed record StudioLimits
{
    /// <summary>Renders that may wait; one more is answered with 503.</summary>
    public int WaitingRenders { get; init; } = 64;

    /// <summary>Long tasks (walks, painting, photographs) that may run or wait; one more is answered with 503.</summary>
    public int LongTasks { get; init; } = 4;

    /// <summary>Requests a second that one address may make on average; more are answered with 429.</summary>
    public int RequestsPerSecond { get; init; } = 60;

    /// <summary>Requests that one address may make at once after a pause.</summary>
    public int Burst { get; init; } = 240;

    /// <summary>Most bytes of a request.</summary>
    public long RequestBytes { get; init; } = 4 << 20;

    /// <summary>Most bytes of an uploaded picture.</summary>
    public long UploadBytes { get; init; } = 20 << 20;

    /// <summary>Most pixels of an uploaded picture, looked at before it is decoded.</summary>
    public long UploadPixels { get; init; } = 40_000_000;
}
