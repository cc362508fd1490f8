using System.Text.Json.Serialization;

namespace SemanticStyleGan.Studio.Faces;

/// <summary>One step of a <see cref="Face"/>. Every edit says what is, not what is added, so a later one of the same kind on the same thing replaces an earlier one.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(NewFace), "face")]
[JsonDerivedType(typeof(NewCodes), "resample")]
[JsonDerivedType(typeof(TakeCodes), "take")]
[JsonDerivedType(typeof(GivenCodes), "codes")]
[JsonDerivedType(typeof(Truncate), "truncate")]
[JsonDerivedType(typeof(GoAlong), "direction")]
[JsonDerivedType(typeof(MovePart), "move")]
[JsonDerivedType(typeof(ShowPart), "show")]
[JsonDerivedType(typeof(LockPart), "lock")]
[JsonDerivedType(typeof(ResetPart), "reset")]
public abstract record Edit;

/// <summary>A whole new face: every slot takes the seed's code, all parts are on and unmoved. Locked parts stay as they are.</summary>
/// <param name="Seed">From 0.</param>
/// <param name="Truncation">0 (the mean face) to 2; 1 is all the variety of the model.</param>
public sealed record NewFace(long Seed, double Truncation = 0.7) : Edit;

/// <summary>New codes from a seed for some slots.</summary>
/// <param name="Slots">Names with commas: a part (<c>hair</c>), a slot (<c>hair.shape</c>, <c>base.0</c>), <c>base</c> or <c>all</c>.</param>
/// <param name="Seed">From 0.</param>
/// <param name="Truncation">0 (the mean) to 2.</param>
public sealed record NewCodes(string Slots, long Seed, double Truncation = 0.7) : Edit;

/// <summary>Slots taken over from another face, with the strengths of their truncation and directions.</summary>
/// <param name="Slots">As in <see cref="NewCodes"/>.</param>
/// <param name="From">The other face.</param>
public sealed record TakeCodes(string Slots, Face From) : Edit;

/// <summary>Codes that were found, by painting or from a photograph.</summary>
/// <param name="Slots">As in <see cref="NewCodes"/>.</param>
/// <param name="Values">Float16 values, little-endian, slot by slot in ascending order: 2 · slots · D bytes, Base64 in JSON.</param>
public sealed record GivenCodes(string Slots, byte[] Values) : Edit;

/// <summary>How far some slots are from the mean.</summary>
/// <param name="Slots">As in <see cref="NewCodes"/>.</param>
/// <param name="Strength">0 (the mean) to 2; 1 is the code itself.</param>
public sealed record Truncate(string Slots, double Strength) : Edit;

/// <summary>How far a slot goes along one of its main directions.</summary>
/// <param name="Slot">One slot, for example <c>hair.shape</c>.</param>
/// <param name="Direction">Its number, the strongest is 0.</param>
/// <param name="Strength">-5 to 5, 0 changes nothing.</param>
public sealed record GoAlong(string Slot, int Direction, double Strength) : Edit;

/// <summary>Where a part is: scaled and turned about its own middle, then shifted.</summary>
/// <param name="Part">The part's name.</param>
/// <param name="X">To the right, as a share of the image's width, -2 to 2.</param>
/// <param name="Y">Downwards, as a share of the image's height, -2 to 2.</param>
/// <param name="Scale">0.1 to 10.</param>
/// <param name="Degrees">Clockwise, -360 to 360.</param>
public sealed record MovePart(string Part, double X = 0, double Y = 0, double Scale = 1, double Degrees = 0) : Edit;

/// <summary>Switches a part on or off.</summary>
/// <param name="Part">The part's name.</param>
/// <param name="On">Whether it is there.</param>
public sealed record ShowPart(string Part, bool On) : Edit;

/// <summary>A locked part keeps its codes and its place, whatever edits follow, until it is unlocked.</summary>
/// <param name="Part">The part's name.</param>
/// <param name="On">Whether it is locked.</param>
public sealed record LockPart(string Part, bool On) : Edit;

/// <summary>Puts a part back to how the last whole face had it.</summary>
/// <param name="Part">The part's name, or <c>base</c>.</param>
public sealed record ResetPart(string Part) : Edit;
