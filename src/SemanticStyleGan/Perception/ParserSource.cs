using SemanticStyleGan.Networks;
using static TorchSharp.torch;

namespace SemanticStyleGan.Perception;

/// <summary>Opens the parser that a user names with <c>--parser</c>.</summary>
public static class ParserSource
{
    /// <summary>The parser for training and inversion, used where none is named.</summary>
    public const string Default = "parser-64";

    /// <summary>The parser for measures: another seed, split and architecture, so that what was trained with the default one is not judged by it.</summary>
    public const string ForMeasures = "parser-64-measures";

    /// <summary>The name of a parser's file in its folder.</summary>
    public const string FileName = "parser.safetensors";

    private static readonly ModelFiles Files = new(FileName, "parser", "a .safetensors file, the folder of a train-parser run");

    /// <summary>The parsers that come with the program, by name.</summary>
    public static IReadOnlyList<string> Bundled => Files.Bundled;

    /// <summary>Opens a parser.</summary>
    /// <param name="nameOrPath">A <c>.safetensors</c> file, the folder of a <c>train-parser</c> run, or the name of a bundled parser; null for <see cref="Default"/>.</param>
    /// <param name="device">Where its weights go; the CPU by default.</param>
    /// <exception cref="InputException">There is no such parser, or its file is damaged or of another kind.</exception>
    public static Parser Open(string? nameOrPath = null, Device? device = null) => Parser.Load(Files.Locate(nameOrPath ?? Default), device);
}
