using System.Text.Json.Nodes;
using SemanticStyleGan.Studio.Faces;

namespace SemanticStyleGan.Studio.Api;

/// <summary>The model that the studio serves.</summary>
/// <param name="Name">The name that it was opened by.</param>
/// <param name="Fingerprint">Stands for its weights: faces belong to one model.</param>
/// <param name="ImageSize">Side of its pictures in pixels.</param>
/// <param name="StyleSize">Length D of a slot's code.</param>
/// <param name="BaseSlots">How many slots all parts but the background share.</param>
/// <param name="Directions">How many main directions of a slot the page shows.</param>
/// <param name="Parts">By class; the first is the background.</param>
/// <param name="Provenance">Where the model comes from.</param>
public sealed record ModelAnswer(string Name, string Fingerprint, int ImageSize, int StyleSize, int BaseSlots, int Directions, IReadOnlyList<PartAnswer> Parts, JsonObject Provenance);

/// <summary>A part of the model.</summary>
/// <param name="Name">The name in edits.</param>
/// <param name="Color"><c>#RRGGBB</c>.</param>
/// <param name="Transparent">Whether other parts shine through it.</param>
public sealed record PartAnswer(string Name, string Color, bool Transparent);

/// <summary>A face from a seed.</summary>
/// <param name="Face">Its edits.</param>
/// <param name="Picture">Its picture.</param>
public sealed record GeneratedFace(Face Face, FacePicture Picture);

/// <summary>One of several variants.</summary>
/// <param name="Edit">The edit that makes it.</param>
/// <param name="Image">PNG.</param>
public sealed record Variant(Edit Edit, byte[] Image);

/// <summary>A face taken apart.</summary>
/// <param name="CoarseMask">PNG in the layout's colours: the mask of the fusion.</param>
/// <param name="Depths">PNGs, part by part: pseudo-depths from blue (far) to red (near), on one scale.</param>
/// <param name="Alone">PNG with transparency: the asked part by itself, also where others hide it; null where none was asked for.</param>
public sealed record LayersAnswer(byte[] CoarseMask, IReadOnlyList<byte[]> Depths, byte[]? Alone);

/// <summary>A report of long work.</summary>
/// <param name="Done">Steps that are done.</param>
/// <param name="Total">Steps in all.</param>
/// <param name="Detail">One short extra, such as a loss.</param>
/// <param name="Image">PNG of how it looks now, from time to time.</param>
/// <param name="Edit">With the last report: the edit that has the result.</param>
public sealed record WorkReport(long Done, long Total, string? Detail = null, byte[]? Image = null, Edit? Edit = null);
