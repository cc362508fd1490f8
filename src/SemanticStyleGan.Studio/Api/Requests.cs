using SemanticStyleGan.Studio.Faces;

namespace SemanticStyleGan.Studio.Api;

/// <summary>Parts of one face in another.</summary>
/// <param name="Into">The face that is changed.</param>
/// <param name="From">The face that parts come from.</param>
/// <param name="Slots">What is taken over: names with commas, a part (<c>hair</c>), a slot (<c>hair.shape</c>), <c>base</c> or <c>all</c>.</param>
public sealed record MixRequest(Face Into, Face From, string Slots);

/// <summary>A face with some slots drawn anew, several times.</summary>
/// <param name="Face">What is held.</param>
/// <param name="Slots">What is new, as in <see cref="MixRequest"/>.</param>
/// <param name="Seed">Seed of the first variant; the next ones have the next seeds.</param>
/// <param name="Count">1 to 16.</param>
/// <param name="Truncation">0 (the mean) to 2.</param>
public sealed record VariantsRequest(Face Face, string Slots, long Seed, int Count = 6, double Truncation = 0.7);

/// <summary>A smooth walk through faces.</summary>
/// <param name="Faces">2 to 16 faces.</param>
/// <param name="Steps">Frames, 2 to 480.</param>
/// <param name="Loop">Whether it returns to the first face.</param>
/// <param name="FramesPerSecond">1 to 60, of the animation.</param>
public sealed record WalkRequest(IReadOnlyList<Face> Faces, int Steps = 48, bool Loop = true, double FramesPerSecond = 20);

/// <summary>A face whose mask shall become another one.</summary>
/// <param name="Face">Where it begins.</param>
/// <param name="Labels">The wanted class of every pixel, rows from the top: one byte each, as many as the model's pictures have pixels.</param>
/// <param name="Slots">What may change, as in <see cref="MixRequest"/>; the shapes of all parts and the base where null.</param>
/// <param name="Steps">1 to 400 steps.</param>
public sealed record PaintRequest(Face Face, byte[] Labels, string? Slots = null, int Steps = 80);
