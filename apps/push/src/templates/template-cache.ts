import type { CompiledTemplate } from './compiled-template.js';

/** Characters of documents, and of their messages once more for each time that they are parsed, which takes some ten times as much memory. */
const LARGEST = 4 * 1024 * 1024;

/**
 * Versions never change, so what was compiled once stays right. Bounded by size: those that were used least lately are
 * compiled anew when they are needed again.
 */
export class TemplateCache {
  private readonly kept = new Map<string, { readonly template: CompiledTemplate; readonly size: number }>();
  private size = 0;

  constructor(private readonly largest = LARGEST) {}

  get(key: string): CompiledTemplate | undefined {
    const found = this.kept.get(key);
    if (found === undefined) return undefined;
    // Counted anew: it may have been parsed for more languages since.
    this.put(key, found.template);
    return found.template;
  }

  put(key: string, template: CompiledTemplate): void {
    const { size } = template;
    this.drop(key);
    this.kept.set(key, { template, size });
    this.size += size;
    for (const oldest of this.kept.keys()) {
      if (this.size <= this.largest) return;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    this.size -= this.kept.get(key)?.size ?? 0;
    this.kept.delete(key);
  }
}
