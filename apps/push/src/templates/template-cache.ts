import type { CompiledTemplate } from './compiled-template.js';

/** Characters of documents that are kept ready; parsed they take some ten times as much memory. */
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
    this.kept.delete(key);
    this.kept.set(key, found);
    return found.template;
  }

  put(key: string, template: CompiledTemplate): void {
    const size = JSON.stringify(template.document).length;
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
