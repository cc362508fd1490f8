namespace SemanticStyleGan.Runtime;

/// <summary>How far a long piece of work has come; hosts show it with rate and time left.</summary>
/// <param name="Stage">What is being done now, for example <c>drawing faces</c>.</param>
/// <param name="Done">How many units are done.</param>
/// <param name="Total">How many there are, or null if that is not known.</param>
/// <param name="Unit">The units' name, for example <c>images</c>.</param>
/// <param name="Detail">One short extra, for example a loss, or null.</param>
public readonly record struct WorkProgress(string Stage, long Done, long? Total, string Unit = "images", string? Detail = null);
