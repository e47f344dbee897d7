import type { INestApplicationContext } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { ENDPOINT } from './endpoint.js';
import { UndeclaredRoute } from './undeclared-route.js';

/**
 * Names a controller method that handles a route without saying who may call it. The guard would find it too, but only
 * knows its path.
 *
 * @throws UndeclaredRoute
 */
export function refuseUndeclaredHandlers(app: INestApplicationContext): void {
  const scanner = new MetadataScanner();
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      const prototype = metatype.prototype as Readonly<Record<string, object>>;
      for (const name of scanner.getAllMethodNames(prototype)) {
        const handler = prototype[name];
        if (handler === undefined || !Reflect.hasMetadata(PATH_METADATA, handler)) continue;
        if (!Reflect.hasMetadata(ENDPOINT, handler)) throw new UndeclaredRoute(`${metatype.name}.${name}`);
      }
    }
  }
}
